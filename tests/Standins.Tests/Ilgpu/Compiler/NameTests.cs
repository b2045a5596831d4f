using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Names that are fine in C# may be those of something else in the generated C.</summary>
public class NameTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private readonly record struct Color(int Red, int Green);

    private readonly record struct Brush(Color Color, Color Background);

    private struct Results
    {
        public Brush Brush;
        public float Least;
        public int Sum;
    }

    private static int NameTests_Half(int n)
    {
        if (n < 0)
            return 0;
        return n / 2;
    }

    private static float Least(float fmin, float fmax)
    {
        float self = MathF.Min(fmin, 100);
        if (self < 0)
            return self;
        return MathF.Max(self, fmax);
    }

    private static int Sum(int float4)
    {
        int NameTests_NameTests_Half = 1;
        int get_local_id = 2;
        for (int global = 0; global < float4; global++)
        {
            NameTests_NameTests_Half += NameTests_Half(global + get_local_id);
            get_local_id++;
        }
        return NameTests_NameTests_Half + get_local_id;
    }

    private static Results Compute(int n) => new()
    {
        Brush = new Brush(new Color(n, 1), new Color(2, n)),
        Least = Least(n, 0.5f),
        Sum = Sum(n),
    };

    private static void NamesKernel(Index1D NamesKernel, ArrayView<int> Results, ArrayView<Results> Color) =>
        Color[NamesKernel] = Compute(Results[NamesKernel]);

    [Fact]
    public void Variables_may_be_called_like_types_functions_and_what_C_has() =>
        device.Accelerator.Check<int, Results>(NamesKernel, Compute, [0, 1, 7, -3]);
}
