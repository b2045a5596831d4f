using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Wasserstein;

/// <summary>Scaling by the Frobenius norm N of a matrix, which the host does not learn: y = x/N and y = x·√N.</summary>
/// <remarks>Launch: one work-item per element; the norm's square comes from <see cref="Dot"/>.</remarks>
internal sealed class NormScaling(Engine engine) : IDisposable
{
    private readonly Dot _dot = engine.Get(e => new Dot(e));
    private readonly DeviceArray _square = engine.AllocateArray("square of a norm", 1);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int> _divide =
        new(engine, DivideByNormKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, int> _timesRoot =
        new(engine, TimesRootOfNormKernel);

    private static void DivideByNormKernel(ArrayView<float> x, ArrayView<float> y, ArrayView<float> square, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = x[i] / MathF.Sqrt(square[0]);
    }

    private static void TimesRootOfNormKernel(
        ArrayView<float> x, ArrayView<float> y, ArrayView<float> square, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
            y[i] = x[i] * MathF.Sqrt(MathF.Sqrt(square[0]));
    }

    /// <summary>Takes the norm of a matrix for the calls that follow.</summary>
    public void Measure(DeviceArray matrix) => _dot.Launch(matrix, matrix, _square, 0);

    /// <summary>y = x/N.</summary>
    public void Divide(DeviceArray x, DeviceArray y)
    {
        int count = (int)x.Length;
        using (engine.Launch("NormScaling", count, 8.0 * count))
            _divide.Launch(FlatLaunch.Over(count), x.View, y.View, _square.View, count);
    }

    /// <summary>y = x·√N.</summary>
    public void TimesRoot(DeviceArray x, DeviceArray y)
    {
        int count = (int)x.Length;
        using (engine.Launch("NormScaling", count, 8.0 * count))
            _timesRoot.Launch(FlatLaunch.Over(count), x.View, y.View, _square.View, count);
    }

    public void Dispose() => _square.Dispose();
}
