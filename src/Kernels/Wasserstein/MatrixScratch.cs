namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>
/// Matrices that an operation works in: a few of each size [n,n], allocated at the first use of the size.
/// </summary>
/// <param name="engine">The device.</param>
/// <param name="name">What they hold, for messages.</param>
/// <param name="count">Matrices of a size.</param>
internal sealed class MatrixScratch(Engine engine, string name, int count) : IDisposable
{
    private readonly Dictionary<int, DeviceArray[]> _matrices = [];

    /// <summary>The matrices of n × n values, with whatever the last use left in them.</summary>
    public DeviceArray[] For(int n)
    {
        if (!_matrices.TryGetValue(n, out DeviceArray[]? matrices))
        {
            matrices = Allocate((long)n * n);
            _matrices.Add(n, matrices);
        }
        return matrices;
    }

    // Apart, because a closure is made on entry: each call of the caller would allocate.
    private DeviceArray[] Allocate(long length) =>
        [.. Enumerable.Range(0, count).Select(_ => engine.AllocateArray(name, length))];

    public void Dispose()
    {
        foreach (DeviceArray matrix in _matrices.Values.SelectMany(matrices => matrices))
            matrix.Dispose();
    }
}
