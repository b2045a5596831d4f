namespace IlgpuStyle.Kernels;

/// <summary>How much a launcher works in, by the size n that it is launched for.</summary>
/// <param name="Name">What it holds, for messages.</param>
/// <param name="Floats">Floats for a size.</param>
internal sealed record ScratchLayout(string Name, Func<int, long> Floats)
{
    /// <summary>What a launch of size n needs.</summary>
    public SharedScratch Need(int n) => new($"{Name} {n}", sizeof(float) * Floats(n));
}

/// <summary>What a launcher works in: an array for each size, allocated at the first use of the size.</summary>
internal sealed class ScratchArrays(Engine engine, ScratchLayout layout) : IDisposable
{
    private readonly Dictionary<int, DeviceArray> _arrays = [];

    /// <summary>The array for size n, with whatever the last use left in it.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public DeviceArray For(int n)
    {
        if (!_arrays.TryGetValue(n, out DeviceArray? array))
        {
            array = engine.AllocateArray(layout.Name, layout.Floats(n));
            _arrays.Add(n, array);
        }
        return array;
    }

    public void Dispose()
    {
        foreach (DeviceArray array in _arrays.Values)
            array.Dispose();
    }
}
