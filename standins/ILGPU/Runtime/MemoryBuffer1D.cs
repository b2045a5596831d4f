namespace ILGPU.Runtime;

/// <summary>A one-dimensional buffer.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TStride">Distance between neighbouring elements.</typeparam>
public class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    internal MemoryBuffer1D(Accelerator accelerator, ArrayView1D<T, TStride> view)
        : base(accelerator, view)
    {
    }
}
