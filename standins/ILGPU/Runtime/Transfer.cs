namespace ILGPU.Runtime;

/// <summary>Checks and queues copies and fills.</summary>
internal static class Transfer
{
    internal static void Clear(AcceleratorStream stream, ArrayView<byte> target) =>
        throw new NotSupportedException();

    internal static void Copy(AcceleratorStream stream, ArrayView<byte> source, ArrayView<byte> target) =>
        throw new NotSupportedException();

    internal static void Write<T>(AcceleratorStream stream, ArrayView<byte> target, ReadOnlySpan<T> data)
        where T : unmanaged => throw new NotSupportedException();

    internal static void Read<T>(AcceleratorStream stream, ArrayView<byte> source, Span<T> data)
        where T : unmanaged => throw new NotSupportedException();

    internal static void EnsureSameLength(long viewLength, int dataLength, string parameter)
    {
        if (dataLength != viewLength)
        {
            throw new ArgumentOutOfRangeException(
                parameter, dataLength, $"The array has {dataLength} elements, the view {viewLength}.");
        }
    }
}
