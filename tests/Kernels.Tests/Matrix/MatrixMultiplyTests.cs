using IlgpuStyle.Kernels.Matrix;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Matrix;

[Collection(TestDevice.Collection)]
public sealed class MatrixMultiplyTests(TestDevice device) : IDisposable
{
    private readonly Engine _engine = device.Engine;
    private readonly DeviceClass _ownClass = device.Engine.Class;

    public static TheoryData<int, float, float, DeviceClass> Cases
    {
        get
        {
            var cases = new TheoryData<int, float, float, DeviceClass>();
            foreach (int n in ((int[])[1, 5, 32, 64, 96, 128, 256]).Where(n => TestDevice.Affords((long)n * n * n)))
            {
                foreach (DeviceClass forms in (DeviceClass[])[DeviceClass.Cpu, DeviceClass.Gpu])
                {
                    cases.Add(n, 1f, 0f, forms);
                    cases.Add(n, 0.25f, -2f, forms);
                }
            }
            // The least that fills a GPU's tile is run on simulated devices too.
            if (!TestDevice.Affords(64 * 64 * 64))
                cases.Add(64, 0.25f, -2f, DeviceClass.Gpu);
            return cases;
        }
    }

    public void Dispose() => _engine.Class = _ownClass;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_agrees_with_definition(int n, float alpha, float gamma, DeviceClass forms)
    {
        _engine.Class = forms;
        var random = new Random(n);
        float[] a = [.. Enumerable.Range(0, n * n).Select(_ => random.NextSingle() - 0.5f)];
        float[] b = [.. Enumerable.Range(0, n * n).Select(_ => random.NextSingle() - 0.5f)];
        double[] expected = new double[n * n];
        Parallel.For(0, n, i =>
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int k = 0; k < n; k++)
                    sum += (double)a[i * n + k] * b[k * n + j];
                expected[i * n + j] = alpha * sum + (i == j ? gamma : 0);
            }
        });
        using DeviceArray left = device.Upload(a);
        using DeviceArray right = device.Upload(b);
        using DeviceArray result = device.Poisoned(n * n);
        new MatrixMultiply(_engine).Launch(left, right, result, n, alpha, gamma);
        Closeness.Close(expected, result.ToArray(), Closeness.SumOf(n));
    }

    [Fact]
    public void A_factor_cannot_be_the_result()
    {
        using DeviceArray a = _engine.AllocateArray("a", 4);
        using DeviceArray b = _engine.AllocateArray("b", 4);
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => new MatrixMultiply(_engine).Launch(a, b, b, 2, 1, 0));
        Assert.Equal("MatrixMultiply: the result 'b' must not be a factor too.", exception.Message);
    }
}
