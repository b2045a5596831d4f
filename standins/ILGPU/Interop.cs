using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>Sizes and bit patterns.</summary>
public static class Interop
{
    /// <summary>The size of <typeparamref name="T"/> in bytes.</summary>
    public static int SizeOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>The bit pattern of a float.</summary>
    public static uint FloatAsInt(float value) => BitConverter.SingleToUInt32Bits(value);

    /// <summary>The float of a bit pattern.</summary>
    public static float IntAsFloat(uint value) => BitConverter.UInt32BitsToSingle(value);
}
