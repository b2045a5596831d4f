using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Every cast between number types gives on the device what it gives on the host.</summary>
public class ConversionTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct Converted
    {
        public int Int;
        public uint UInt;
        public long Long;
        public ulong ULong;
        public float Float;
        public double Double;
        public int SByte, Byte, Short, UShort;
        public int SByteAtOnce, ByteAtOnce, ShortAtOnce, UShortAtOnce;
    }

    private static Converted Convert(float x) => new()
    {
        Int = (int)x,
        UInt = (uint)x,
        Long = (long)x,
        ULong = (ulong)x,
        Float = x,
        Double = x,
        SByte = (sbyte)(int)x,
        Byte = (byte)(int)x,
        Short = (short)(int)x,
        UShort = (ushort)(int)x,
        SByteAtOnce = (sbyte)x,
        ByteAtOnce = (byte)x,
        ShortAtOnce = (short)x,
        UShortAtOnce = (ushort)x,
    };

    private static void FromFloatKernel(Index1D i, ArrayView<float> x, ArrayView<Converted> y) =>
        y[i] = Convert(x[i]);

    [Fact]
    public void From_float()
    {
        float[] values =
        [
            0f, -0f, 0.5f, -0.5f, 0.999f, -1.9f, 2.5f, 127.9f, 128f, -129f, 255.5f, 256f, 65535.9f, 2147483520f,
            2147483648f, -2147483648f, -2147483904f, 4294967040f, 4294967296f, 9.2233715e18f, 9.223372e18f,
            -9.223372e18f, 1.8446743e19f, 1.8446744e19f, 1e30f, -1e30f,
            float.MaxValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        ];
        device.Accelerator.Check<float, Converted>(FromFloatKernel, Convert, values);
    }

    private static Converted Convert(double x) => new()
    {
        Int = (int)x,
        UInt = (uint)x,
        Long = (long)x,
        ULong = (ulong)x,
        Float = (float)x,
        Double = x,
    };

    private static void FromDoubleKernel(Index1D i, ArrayView<double> x, ArrayView<Converted> y) =>
        y[i] = Convert(x[i]);

    [Fact]
    public void From_double()
    {
        double[] values =
        [
            0, -0d, 0.5, -0.5, 1.999, -1.999, 2147483647.5, 2147483648, -2147483648.5, -2147483649, 4294967295.5,
            4294967296, 9.2233720368547748e18, 9.2233720368547758e18, 1.8446744073709550e19, 1e300, 1e39, 1e-50, 0.1,
            double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        ];
        device.Accelerator.Check<double, Converted>(FromDoubleKernel, Convert, values);
    }

    private static Converted Convert(long x) => new()
    {
        Int = (int)x,
        UInt = (uint)x,
        Long = x,
        ULong = (ulong)x,
        Float = x,
        Double = x,
        SByte = (sbyte)x,
        Byte = (byte)x,
        Short = (short)x,
        UShort = (ushort)x,
    };

    private static void FromLongKernel(Index1D i, ArrayView<long> x, ArrayView<Converted> y) => y[i] = Convert(x[i]);

    [Fact]
    public void From_long()
    {
        long[] values =
        [
            0, 1, -1, 127, 128, 255, 256, -129, 32768, 65535, 65536, int.MaxValue, int.MinValue,
            uint.MaxValue, 1L << 32, (1L << 53) + 1, 16777217, long.MaxValue, long.MinValue,
        ];
        device.Accelerator.Check<long, Converted>(FromLongKernel, Convert, values);
    }

    private static Converted Convert(int x) => new()
    {
        Int = x,
        UInt = (uint)x,
        Long = x + 1L,
        ULong = (ulong)x,
        Float = x,
        Double = (uint)x,
        SByte = (sbyte)(x + 200),
        Byte = (byte)(x * 3),
        Short = (short)(x - 40000),
        UShort = (ushort)-x,
    };

    private static void FromIntKernel(Index1D i, ArrayView<int> x, ArrayView<Converted> y) => y[i] = Convert(x[i]);

    [Fact]
    public void From_int()
    {
        int[] values = [0, 1, -1, 100, -100, 128, 255, 65536, 16777217, int.MaxValue, int.MinValue];
        device.Accelerator.Check<int, Converted>(FromIntKernel, Convert, values);
    }

    private static Converted Convert(ulong x) => new()
    {
        Int = (int)x,
        UInt = (uint)x,
        Long = (long)x,
        ULong = x,
        Double = x,
        Float = (uint)x,
    };

    private static void FromULongKernel(Index1D i, ArrayView<ulong> x, ArrayView<Converted> y) =>
        y[i] = Convert(x[i]);

    [Fact]
    public void From_ulong()
    {
        ulong[] values =
        [
            0, 1, uint.MaxValue, 1ul << 32, 0x123456789ABCDEF, (ulong)long.MaxValue, 1ul << 63,
            ulong.MaxValue,
        ];
        device.Accelerator.Check<ulong, Converted>(FromULongKernel, Convert, values);
    }
}
