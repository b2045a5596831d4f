namespace IlgpuStyle.Kernels.Matrix;

/// <summary>Product of square matrices and a multiple of the identity: c = α·a·b + γ·I.</summary>
/// <remarks>
/// Shapes: a, b, c [n,n]. For matrix square roots by Newton–Schulz iteration (n ≤ 512). Overwrites c, which is another
/// array than a and b.
/// </remarks>
public sealed class MatrixMultiply(Engine engine)
{
    /// <summary>The packed factor of a launch.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="n">Rows and columns.</param>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, int n)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.Class == DeviceClass.Cpu && MatrixMultiplyCpu.Takes(n)
            ? [MatrixPanels.Panels.Need(n)]
            : [];
    }

    /// <summary>c = alpha · a · b + gamma · I.</summary>
    /// <param name="a">Left factor.</param>
    /// <param name="b">Right factor.</param>
    /// <param name="c">Result.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="gamma">Factor of the identity.</param>
    /// <exception cref="ArgumentException">An array does not hold n × n values, or c is a or b.</exception>
    /// <exception cref="DeviceException">The device has too little memory for the packed matrix.</exception>
    public void Launch(DeviceArray a, DeviceArray b, DeviceArray c, int n, float alpha, float gamma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        Require.Length(nameof(MatrixMultiply), a, (long)n * n);
        Require.Length(nameof(MatrixMultiply), b, (long)n * n);
        Require.Length(nameof(MatrixMultiply), c, (long)n * n);
        if (c == a || c == b)
            throw new ArgumentException($"{nameof(MatrixMultiply)}: the result '{c.Name}' must not be a factor too.");
        if (engine.Class == DeviceClass.Cpu && MatrixMultiplyCpu.Takes(n))
            engine.Get(e => new MatrixMultiplyCpu(e)).Launch(a, b, c, n, alpha, gamma);
        else if (engine.Class == DeviceClass.Gpu && MatrixMultiplyGpu.Takes(n))
            engine.Get(e => new MatrixMultiplyGpu(e)).Launch(a, b, c, n, alpha, gamma);
        else
            engine.Get(e => new PlainMatrixMultiply(e)).Launch(a, b, c, n, alpha, gamma);
    }

    internal static double Flop(int n) => 2.0 * n * n * n;

    internal static double Bytes(int n) => 12.0 * n * n;
}
