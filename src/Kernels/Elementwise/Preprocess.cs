using ILGPU;

namespace IlgpuStyle.Kernels.Elementwise;

/// <summary>
/// RGB to the network's input and back: bgr[h,w,c] = s·rgb[h,w,2−c] − mean[c], with VGG's ImageNet means.
/// </summary>
/// <remarks>
/// Shapes: rgb, bgr [H,W,3]. Units: s·rgb is 0..255. Launch: one work-item per pixel.
/// Source: Simonyan and Zisserman 2014, arXiv:1409.1556, section 2.1, as in Caffe's VGG19 (blue first).
/// </remarks>
public static class Preprocess
{
    /// <summary>Mean of blue, green and red over ImageNet's training set, 0..255.</summary>
    public static IReadOnlyList<float> MeanBgr { get; } = [103.939f, 116.779f, 123.68f];
}

/// <summary>The forward pass of <see cref="Preprocess"/>: bgr[c] = s·rgb[2−c] − mean[c]. Overwrites bgr.</summary>
public sealed class PreprocessForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, F4> _kernel =
        new(engine, PreprocessForwardKernel);

    private static void PreprocessForwardKernel(
        ArrayView<F4> rgb, ArrayView<F4> bgr, QuadLayout layout, float scale, F4 mean)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int i = layout.Offset(pixel);
            F4 value = rgb[i];
            bgr[i] = F4.Broadcast(scale) * new F4(value.Z, value.Y, value.X, 0) - mean;
        }
    }

    /// <summary>bgr = preprocessed rgb.</summary>
    /// <exception cref="ArgumentException">The shapes differ or have not three channels.</exception>
    public void Launch(Tensor rgb, Tensor bgr, float inputScale)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        Require.Shape(nameof(PreprocessForward), rgb, rgb.Shape with { Channels = 3 });
        Require.Shape(nameof(PreprocessForward), bgr, rgb.Shape);
        IReadOnlyList<float> mean = Preprocess.MeanBgr;
        using (engine.Launch(nameof(PreprocessForward), 2.0 * rgb.Shape.Length, 8.0 * rgb.Shape.Length))
        {
            _kernel.Launch(FlatLaunch.Over(rgb.Shape.Pixels), rgb.View.Cast<F4>(), bgr.View.Cast<F4>(),
                new QuadLayout(rgb.Shape), inputScale, new F4(mean[0], mean[1], mean[2], 0));
        }
    }
}

/// <summary>The backward pass of <see cref="Preprocess"/>: drgb[2−c] (+)= s·dbgr[c].</summary>
public sealed class PreprocessBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, float> _kernel =
        new(engine, PreprocessBackwardKernel);

    private static void PreprocessBackwardKernel(
        ArrayView<F4> gradBgr, ArrayView<F4> gradRgb, QuadLayout layout, float scale, float keep)
    {
        int pixel = FlatLaunch.Item;
        if (pixel < layout.Height * layout.Width)
        {
            int i = layout.Offset(pixel);
            F4 value = gradBgr[i];
            gradRgb[i] = Accumulate.Onto(
                gradRgb[i], F4.Broadcast(scale) * new F4(value.Z, value.Y, value.X, 0), keep);
        }
    }

    /// <summary>gradRgb (+)= the gradient of the preprocessed picture, carried back.</summary>
    /// <exception cref="ArgumentException">The shapes differ or have not three channels.</exception>
    public void Launch(Tensor gradBgr, Tensor gradRgb, float inputScale, GradientWrite write)
    {
        ArgumentNullException.ThrowIfNull(gradBgr);
        Require.Shape(nameof(PreprocessBackward), gradBgr, gradBgr.Shape with { Channels = 3 });
        Require.Shape(nameof(PreprocessBackward), gradRgb, gradBgr.Shape);
        using (engine.Launch(nameof(PreprocessBackward), gradBgr.Shape.Length,
            4.0 * gradBgr.Shape.Length + Accumulate.Bytes(gradRgb.Shape, rectifiedBy: null, write)))
        {
            _kernel.Launch(FlatLaunch.Over(gradBgr.Shape.Pixels), gradBgr.View.Cast<F4>(), gradRgb.View.Cast<F4>(),
                new QuadLayout(gradBgr.Shape), inputScale, Accumulate.Keep(write));
        }
    }
}
