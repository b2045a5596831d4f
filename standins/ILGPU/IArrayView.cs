using ILGPU.Runtime;

namespace ILGPU;

/// <summary>A piece of a buffer.</summary>
public interface IArrayView
{
    /// <summary>The buffer.</summary>
    MemoryBuffer Buffer { get; }

    /// <summary>Number of elements.</summary>
    long Length { get; }

    /// <summary>Size of an element in bytes.</summary>
    int ElementSize { get; }
}

/// <summary>A piece of a buffer whose elements lie side by side.</summary>
public interface IContiguousArrayView : IArrayView
{
    /// <summary>The same piece as bytes.</summary>
    ArrayView<byte> AsRawArrayView();
}

/// <summary>A piece of a buffer of <typeparamref name="T"/>.</summary>
/// <typeparam name="T">Element type.</typeparam>
public interface IArrayView<T> : IArrayView
    where T : unmanaged
{
}

/// <summary>A piece of a buffer of <typeparamref name="T"/> whose elements lie side by side.</summary>
/// <typeparam name="T">Element type.</typeparam>
public interface IContiguousArrayView<T> : IArrayView<T>, IContiguousArrayView
    where T : unmanaged
{
}
