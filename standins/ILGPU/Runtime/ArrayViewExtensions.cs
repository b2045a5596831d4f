using ILGPU.Runtime.OpenCL;

namespace ILGPU.Runtime;

/// <summary>Copies, which are waited for, and fills, which are queued.</summary>
public static class ArrayViewExtensions
{
    /// <summary>Sets all bytes to zero.</summary>
    public static void MemSetToZero<TView>(this TView view)
        where TView : IContiguousArrayView => view.MemSetToZero(StreamOf(view));

    /// <summary>Sets all bytes to zero.</summary>
    public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
        where TView : IContiguousArrayView => Transfer.Clear(stream, view.AsRawArrayView());

    /// <summary>Sets all bytes to zero.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.BaseView.MemSetToZero();

    /// <summary>Sets all bytes to zero.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged => view.BaseView.MemSetToZero(stream);

    /// <summary>Copies all of <paramref name="data"/>, which is as long as the buffer.</summary>
    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.View.CopyFromCPU(data);
    }

    /// <summary>Copies all of <paramref name="data"/>, which is as long as the view.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged => view.BaseView.CopyFromCPU(data);

    /// <summary>Copies all of <paramref name="data"/>, which is as long as the view.</summary>
    public static void CopyFromCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        Transfer.EnsureSameLength(view.Length, data.Length, nameof(data));
        view.CopyFromCPU(new ReadOnlySpan<T>(data));
    }

    /// <summary>Copies all of <paramref name="span"/> to the start of the view.</summary>
    public static void CopyFromCPU<T, TView>(this TView target, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => target.CopyFromCPU(StreamOf(target), span);

    /// <summary>Copies all of <paramref name="span"/> to the start of the view.</summary>
    public static void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => Transfer.Write(stream, target.AsRawArrayView(), span);

    /// <summary>Copies all of <paramref name="span"/> to the start of the view.</summary>
    public static void CopyFromCPU<T>(
        this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where T : unmanaged => target.BaseView.CopyFromCPU(stream, span);

    /// <summary>Copies the whole buffer to <paramref name="data"/>, which is as long.</summary>
    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.View.CopyToCPU(data);
    }

    /// <summary>Copies the whole view to <paramref name="data"/>, which is as long.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged => view.BaseView.CopyToCPU(data);

    /// <summary>Copies the whole view to <paramref name="data"/>, which is as long.</summary>
    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        Transfer.EnsureSameLength(view.Length, data.Length, nameof(data));
        view.CopyToCPU(new Span<T>(data));
    }

    /// <summary>Fills <paramref name="span"/> from the start of the view.</summary>
    public static void CopyToCPU<T, TView>(this TView source, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => source.CopyToCPU(StreamOf(source), span);

    /// <summary>Fills <paramref name="span"/> from the start of the view.</summary>
    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => Transfer.Read(stream, source.AsRawArrayView(), span);

    /// <summary>The view's elements.</summary>
    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged
    {
        T[] data = new T[view.Length];
        view.CopyToCPU(data);
        return data;
    }

    /// <summary>The buffer's elements.</summary>
    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return buffer.View.GetAsArray1D();
    }

    /// <summary>Allocates a buffer that holds <paramref name="data"/>.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(data.Length);
        buffer.View.CopyFromCPU(data);
        return buffer;
    }

    private static AcceleratorStream StreamOf<TView>(TView view)
        where TView : IArrayView
    {
        MemoryBuffer buffer = view.Buffer ?? throw new ArgumentException("The view has no buffer.", nameof(view));
        return buffer.Accelerator.DefaultStream;
    }
}
