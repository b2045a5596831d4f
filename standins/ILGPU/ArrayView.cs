using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// A piece of a device buffer: what kernels take as parameters. On the host it can be cut, cast and copied,
/// but its elements cannot be touched.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public readonly struct ArrayView<T> : IContiguousArrayView<T>
    where T : unmanaged
{
    /// <summary>A view of <paramref name="length"/> elements of <paramref name="source"/>.</summary>
    /// <param name="source">The buffer.</param>
    /// <param name="index">First element.</param>
    /// <param name="length">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The piece does not lie inside of the buffer.</exception>
    public ArrayView(MemoryBuffer source, long index, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (source is not null && length > source.LengthInBytes / Unsafe.SizeOf<T>() - index)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A view of {length} elements at {index} does not fit into its buffer.");
        }
        Buffer = source!;
        Index = index;
        Length = length;
    }

    internal MemoryBuffer Buffer { get; }

    internal long Index { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">There are 2³¹ or more.</exception>
    public int IntLength => checked((int)Length);

    /// <summary>Size in bytes.</summary>
    public long LengthInBytes => Length * Unsafe.SizeOf<T>();

    /// <summary>The element at <paramref name="index"/>; in kernels only.</summary>
    public ref T this[Index1D index] => throw KernelOnly.Error("The element of a view");

    /// <summary>The element at <paramref name="index"/>; in kernels only.</summary>
    public ref T this[int index] => throw KernelOnly.Error("The element of a view");

    /// <summary>The element at <paramref name="index"/>; in kernels only.</summary>
    public ref T this[long index] => throw KernelOnly.Error("The element of a view");

    MemoryBuffer IArrayView.Buffer => Buffer;

    int IArrayView.ElementSize => Unsafe.SizeOf<T>();

    ArrayView<byte> IContiguousArrayView.AsRawArrayView() => Cast<byte>();

    /// <summary>The elements from <paramref name="index"/> to the end.</summary>
    public ArrayView<T> SubView(long index) => SubView(index, Length - index);

    /// <summary><paramref name="subViewLength"/> elements from <paramref name="index"/> on.</summary>
    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, subViewLength);

    /// <summary><paramref name="subViewLength"/> elements from <paramref name="index"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The piece does not lie inside of this view.</exception>
    public ArrayView<T> SubView(long index, long subViewLength)
    {
        if (index < 0 || subViewLength < 0 || subViewLength > Length - index)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"{subViewLength} elements at {index} do not lie inside of a view of {Length}.");
        }
        return new ArrayView<T>(Buffer, Index + index, subViewLength);
    }

    /// <summary>The same bytes as elements of another type; a remainder at the end is cut off.</summary>
    /// <typeparam name="TOther">The other type.</typeparam>
    /// <exception cref="ArgumentException">The view does not start on a multiple of the other type's size.</exception>
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        (long index, long rest) = Math.DivRem(Index * Unsafe.SizeOf<T>(), Unsafe.SizeOf<TOther>());
        if (rest != 0)
        {
            throw new ArgumentException(
                $"A view that starts at byte {Index * Unsafe.SizeOf<T>()} can not be cast to {typeof(TOther).Name}: " +
                $"it has to start on a multiple of {Unsafe.SizeOf<TOther>()} bytes.");
        }
        return new ArrayView<TOther>(Buffer, index, LengthInBytes / Unsafe.SizeOf<TOther>());
    }

    /// <summary>The view in the form that buffers have.</summary>
    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) =>
        new(view);

    /// <summary>The view in the form that kernels take.</summary>
    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView;
}
