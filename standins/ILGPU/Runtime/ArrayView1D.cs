using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A piece of a one-dimensional buffer.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TStride">Distance between neighbouring elements.</typeparam>
public readonly struct ArrayView1D<T, TStride> : IArrayView
    where T : unmanaged
    where TStride : struct, IStride1D
{
    internal ArrayView1D(ArrayView<T> baseView) => BaseView = baseView;

    /// <summary>The view in the form that kernels take.</summary>
    public ArrayView<T> BaseView { get; }

    /// <summary>Number of elements.</summary>
    public long Length => BaseView.Length;

    MemoryBuffer IArrayView.Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => Unsafe.SizeOf<T>();
}
