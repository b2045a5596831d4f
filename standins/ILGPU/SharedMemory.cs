namespace ILGPU;

/// <summary>Memory that the threads of a group share.</summary>
public static class SharedMemory
{
    /// <summary>Allocates an array shared by the group; its content is undefined at first.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="extent">Number of elements; a constant.</param>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => throw KernelOnly.Error("SharedMemory.Allocate");
}
