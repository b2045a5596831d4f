namespace IlgpuStyle.Kernels;

/// <summary>How much a launcher works in, by the size n that it is launched for.</summary>
/// <param name="Name">What it holds, for messages.</param>
/// <param name="Floats">Floats of an array for a size.</param>
/// <param name="Count">Arrays for a size.</param>
internal sealed record ScratchLayout(string Name, Func<int, long> Floats, int Count = 1)
{
    /// <summary>What a launch of size n needs.</summary>
    public SharedScratch Need(int n) => new($"{Name} {n}", sizeof(float) * Count * Floats(n));
}

/// <summary>What a launcher works in: arrays for each size, allocated at the first use of the size.</summary>
internal sealed class ScratchArrays(Engine engine, ScratchLayout layout) : IDisposable
{
    private readonly Dictionary<int, DeviceArray[]> _arrays = [];

    /// <summary>The arrays for size n, with whatever the last use left in them.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public DeviceArray[] For(int n)
    {
        if (!_arrays.TryGetValue(n, out DeviceArray[]? arrays))
        {
            arrays = new DeviceArray[layout.Count];
            for (int i = 0; i < arrays.Length; i++)
                arrays[i] = engine.AllocateUninitializedArray(layout.Name, layout.Floats(n));
            _arrays.Add(n, arrays);
        }
        return arrays;
    }

    public void Dispose()
    {
        foreach (DeviceArray array in _arrays.Values.SelectMany(arrays => arrays))
            array.Dispose();
    }
}
