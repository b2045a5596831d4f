using ILGPU;
using IlgpuStyle.Kernels.Matrix;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gradient of a Gram matrix with respect to the features: dF[p,i] (+)= 2s·Σ F[p,j]·D[j,i] for D = dL/dG.
/// </summary>
/// <remarks>
/// Shapes: features, gradFeatures [H,W,C]; gradGram [C,C], symmetric. With rectified features the contribution is
/// multiplied by (F &gt; 0).
/// </remarks>
public sealed class GramBackward(Engine engine)
{
    /// <summary>The packed matrix of a launch.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="features">Their size.</param>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, TensorShape features)
    {
        ArgumentNullException.ThrowIfNull(engine);
        bool isPacked = engine.Class == DeviceClass.Cpu
            ? GramBackwardCpu.Takes(features)
            : PixelProductGpu.Takes(features.Channels);
        return isPacked ? [MatrixPanels.Panels.Need(features.Channels)] : [];
    }

    /// <summary>gradFeatures (+)= 2 · scale · F · gradGram.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="DeviceException">The device has too little memory for the packed matrix.</exception>
    public void Launch(
        Tensor features, DeviceArray gradGram, float scale, Tensor gradFeatures, Tensor? rectifiedBy,
        GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(features);
        Require.Length(nameof(GramBackward), gradGram, (long)features.Shape.Channels * features.Shape.Channels);
        Require.Shape(nameof(GramBackward), gradFeatures, features.Shape);
        if (rectifiedBy is not null)
            Require.Shape(nameof(GramBackward), rectifiedBy, features.Shape);
        if (engine.Class == DeviceClass.Cpu && GramBackwardCpu.Takes(features.Shape))
            engine.Get(e => new GramBackwardCpu(e))
                .Launch(features, gradGram, scale, gradFeatures, rectifiedBy, write);
        else if (engine.Class == DeviceClass.Gpu && PixelProductGpu.Takes(features.Shape.Channels))
            LaunchGpu(features, gradGram, scale, gradFeatures, rectifiedBy, write);
        else
            engine.Get(e => new PlainGram(e))
                .LaunchBackward(features, gradGram, scale, gradFeatures, rectifiedBy, write);
    }

    internal static double Flop(TensorShape shape) => 2.0 * shape.Length * shape.Channels;

    internal static double Bytes(TensorShape shape, Tensor? rectifiedBy, GradientWrite write) =>
        Accumulate.Bytes(shape, rectifiedBy, write)
            + 4.0 * (shape.Length + (double)shape.Channels * shape.Channels);

    private void LaunchGpu(
        Tensor features, DeviceArray gradGram, float scale, Tensor gradFeatures, Tensor? rectifiedBy,
        GradientWrite write)
    {
        int channels = features.Shape.Channels;
        ArrayView<float> matrix = engine.Get(e => new MatrixPanels(e)).Pack(gradGram, channels, channels, 2 * scale);
        using (engine.Launch(
            "GramBackward (product)", Flop(features.Shape), Bytes(features.Shape, rectifiedBy, write)))
        {
            engine.Get(e => new PixelProductGpu(e)).Launch(
                // The features' own border: a pixel of zeros.
                features, 1, matrix, features.View.SubView(0, channels), rectify: false, rectifiedBy, gradFeatures,
                write);
        }
    }
}
