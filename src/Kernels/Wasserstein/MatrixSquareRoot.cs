using IlgpuStyle.Kernels.Matrix;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>The square root of a symmetric positive definite matrix by twelve Newton–Schulz iterations.</summary>
/// <remarks>
/// Y₀ = A/‖A‖, Z₀ = I; T = (3I − Z·Y)/2, Y ← Y·T, Z ← T·Z; the root is Y·√‖A‖ with Frobenius's norm. Shapes: [n,n].
/// Only matrix products. Source: Higham 2008, Functions of Matrices, section 6.7; the number of iterations is that of
/// crowsonkb's style-transfer-pytorch, and decides the result where A is badly conditioned.
/// </remarks>
public sealed class MatrixSquareRoot(Engine engine) : IDisposable
{
    /// <summary>Iterations of the root and of its gradient.</summary>
    internal const int Iterations = 12;

    private readonly MatrixMultiply _multiply = engine.Get(e => new MatrixMultiply(e));
    private readonly AddIdentity _addIdentity = engine.Get(e => new AddIdentity(e));
    private readonly NormScaling _scaling = engine.Get(e => new NormScaling(e));
    private readonly ScratchArrays _scratch = new(engine, Matrices);

    private static ScratchLayout Matrices { get; } = new("matrix root", n => (long)n * n, Count: 5);

    /// <summary>The matrices that a root and its gradient are worked out in, beside those of their products.</summary>
    /// <param name="n">Rows and columns.</param>
    public static IEnumerable<SharedScratch> Scratch(int n) =>
    [
        Matrices.Need(n), MatrixSquareRootTraceBackward.Matrices.Need(n), new(nameof(NormScaling), sizeof(float)),
    ];

    /// <summary>root = matrix^½.</summary>
    /// <exception cref="ArgumentException">An array does not hold n × n values.</exception>
    public void Launch(DeviceArray matrix, DeviceArray root, int n)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Require.Length(nameof(MatrixSquareRoot), matrix, (long)n * n);
        Require.Length(nameof(MatrixSquareRoot), root, (long)n * n);
        DeviceArray[] scratch = _scratch.For(n);
        (DeviceArray y, DeviceArray z, DeviceArray nextY, DeviceArray nextZ, DeviceArray t) =
            (scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]);
        _scaling.Measure(matrix);
        _scaling.Divide(matrix, y);
        // The first iteration multiplies by Z₀ = I: its T is Z₁ too.
        _addIdentity.Launch(y, z, n, -0.5f, 1.5f);
        _multiply.Launch(y, z, nextY, n, 1, 0);
        for (int iteration = 1; iteration < Iterations; iteration++)
        {
            (y, nextY) = (nextY, y);
            _multiply.Launch(z, y, t, n, -0.5f, 1.5f);
            _multiply.Launch(y, t, nextY, n, 1, 0);
            // Nobody reads the last Z.
            if (iteration < Iterations - 1)
                _multiply.Launch(t, z, nextZ, n, 1, 0);
            (z, nextZ) = (nextZ, z);
        }
        _scaling.TimesRoot(nextY, root);
    }

    /// <summary>Frees the scratch matrices.</summary>
    public void Dispose() => _scratch.Dispose();
}

/// <summary>
/// The gradient of g·trace(A^½) with respect to A by twelve iterations for the Lyapunov equation R·X + X·R = g·I.
/// </summary>
/// <remarks>
/// With a = R/‖R‖ for the root R and q = I: E = 3I − a·a; q ← q·E/2, a ← a·E/2; the result is g·q/(2‖R‖). The general
/// iteration, q ← (q·E − aᵀ(aᵀq − q·a))/2, has a commutator that vanishes here, where q is a polynomial in a; it starts
/// with g·I/‖R‖, a factor that is left to the end. Shapes: [n,n]. Source: Higham 2008, section 6.7, as in crowsonkb's
/// style-transfer-pytorch.
/// </remarks>
public sealed class MatrixSquareRootTraceBackward(Engine engine) : IDisposable
{
    private readonly MatrixMultiply _multiply = engine.Get(e => new MatrixMultiply(e));
    private readonly NormScaling _scaling = engine.Get(e => new NormScaling(e));
    private readonly ScratchArrays _scratch = new(engine, Matrices);

    internal static ScratchLayout Matrices { get; } = new("gradient of a matrix root", n => (long)n * n, Count: 5);

    /// <summary>
    /// gradMatrix = the gradient of gradTrace·trace(root) with respect to the matrix that root is the root of.
    /// </summary>
    /// <exception cref="ArgumentException">An array does not hold n × n values.</exception>
    public void Launch(DeviceArray root, float gradTrace, DeviceArray gradMatrix, int n)
    {
        ArgumentNullException.ThrowIfNull(root);
        Require.Length(nameof(MatrixSquareRootTraceBackward), root, (long)n * n);
        Require.Length(nameof(MatrixSquareRootTraceBackward), gradMatrix, (long)n * n);
        DeviceArray[] scratch = _scratch.For(n);
        (DeviceArray a, DeviceArray q, DeviceArray nextA, DeviceArray nextQ, DeviceArray e) =
            (scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]);
        _scaling.Measure(root);
        _scaling.Divide(root, a);
        // e is E/2, and the first one q after the first iteration.
        _multiply.Launch(a, a, q, n, -0.5f, 1.5f);
        _multiply.Launch(a, q, nextA, n, 1, 0);
        for (int iteration = 1; iteration < MatrixSquareRoot.Iterations; iteration++)
        {
            (a, nextA) = (nextA, a);
            _multiply.Launch(a, a, e, n, -0.5f, 1.5f);
            bool isLast = iteration == MatrixSquareRoot.Iterations - 1;
            _multiply.Launch(q, e, nextQ, n, isLast ? gradTrace / 2 : 1, 0);
            if (!isLast)
                _multiply.Launch(a, e, nextA, n, 1, 0);
            (q, nextQ) = (nextQ, q);
        }
        _scaling.Divide(q, gradMatrix);
    }

    /// <summary>Frees the scratch matrices.</summary>
    public void Dispose() => _scratch.Dispose();
}
