namespace ILGPU;

/// <summary>Memory of a single thread.</summary>
public static class LocalMemory
{
    /// <summary>Allocates an array private to the thread; its content is undefined at first.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="extent">Number of elements; a constant.</param>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => throw KernelOnly.Error("LocalMemory.Allocate");
}
