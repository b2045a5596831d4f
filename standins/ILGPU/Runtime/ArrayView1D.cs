using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A piece of a one-dimensional buffer.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <typeparam name="TStride">Distance between neighbouring elements.</typeparam>
public readonly struct ArrayView1D<T, TStride> : IArrayView
    where T : unmanaged
    where TStride : struct, IStride1D
{
    /// <summary>A view of <paramref name="extent"/> elements of <paramref name="baseView"/>.</summary>
    public ArrayView1D(ArrayView<T> baseView, LongIndex1D extent, TStride stride)
    {
        BaseView = baseView;
        Extent = extent;
        Stride = stride;
    }

    /// <summary>The view in the form that kernels take.</summary>
    public ArrayView<T> BaseView { get; }

    /// <summary>Number of elements.</summary>
    public LongIndex1D Extent { get; }

    /// <summary>Distance between neighbouring elements.</summary>
    public TStride Stride { get; }

    /// <summary>Whether there is a buffer and at least one element.</summary>
    public bool IsValid => BaseView.IsValid;

    /// <summary>Number of elements.</summary>
    public long Length => Extent.X;

    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">There are 2³¹ or more.</exception>
    public int IntLength => checked((int)Length);

    /// <summary>Size in bytes.</summary>
    public long LengthInBytes => Length * Unsafe.SizeOf<T>();

    MemoryBuffer IArrayView.Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => Unsafe.SizeOf<T>();

    /// <summary><paramref name="extent"/> elements from <paramref name="index"/> on.</summary>
    public ArrayView1D<T, TStride> SubView(Index1D index, Index1D extent) =>
        SubView(new LongIndex1D(index.X), new LongIndex1D(extent.X));

    /// <summary><paramref name="extent"/> elements from <paramref name="index"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The piece does not lie inside of this view.</exception>
    public ArrayView1D<T, TStride> SubView(LongIndex1D index, LongIndex1D extent) =>
        new(BaseView.SubView(index.X, extent.X), extent, Stride);

    /// <summary>The view in the form that kernels take.</summary>
    public ArrayView<T> AsContiguous() => BaseView;
}
