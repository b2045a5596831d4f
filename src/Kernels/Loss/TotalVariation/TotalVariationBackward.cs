using ILGPU;
using IlgpuStyle.Kernels.Ptx;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>Gradient of the total variation: gradPicture (+)= weight · ∂V/∂picture.</summary>
/// <remarks>
/// Shapes: picture, gradPicture [H,W,C ≤ 4]. Each pixel gathers the terms that it stands in, so nothing is
/// scattered. Launch: one work-item per pixel. The kernels stand in one file a form.
/// </remarks>
public sealed class TotalVariationBackward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, float> _power =
        new(engine, PowerVariation.PowerVariationBackwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, float> _absolute =
        new(engine, AbsoluteVariation.AbsoluteVariationBackwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, float, float> _meanSquared =
        new(engine, MeanSquaredVariation.MeanSquaredVariationBackwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, QuadLayout, float, float, float> _diagonal =
        new(engine, DiagonalVariation.DiagonalVariationBackwardKernel, FlatLaunch.SixGroups);

    /// <summary>The kernel that is compiled for something, and for what.</summary>
    internal static IReadOnlyList<GpuKernel> Kernels =>
        [GpuKernel.Of(DiagonalVariation.DiagonalVariationBackwardKernel, FlatLaunch.SixGroups)];

    /// <summary>gradPicture (+)= weight · ∂V/∂picture.</summary>
    /// <exception cref="ArgumentException">More than four channels, or the shapes differ.</exception>
    public void Launch(
        Tensor picture, TotalVariationForm form, Tensor gradPicture, float weight, GradientWrite write)
    {
        Require.Picture(nameof(TotalVariationBackward), picture);
        Require.Shape(nameof(TotalVariationBackward), gradPicture, picture.Shape);
        var layout = new QuadLayout(picture.Shape);
        ArrayView<F4> view = picture.View.Cast<F4>();
        ArrayView<F4> gradient = gradPicture.View.Cast<F4>();
        KernelConfig config = FlatLaunch.Over(picture.Shape.Pixels);
        float keep = Accumulate.Keep(write);
        double flop = form switch
        {
            TotalVariationForm.Power => PowerVariation.BackwardFlop,
            TotalVariationForm.Absolute => AbsoluteVariation.BackwardFlop,
            TotalVariationForm.MeanSquared => MeanSquaredVariation.BackwardFlop,
            TotalVariationForm.DiagonalMeanSquared => DiagonalVariation.BackwardFlop,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        using (engine.Launch(nameof(TotalVariationBackward), flop * picture.Shape.Length,
            4.0 * picture.Shape.Length + Accumulate.Bytes(picture.Shape, rectifiedBy: null, write)))
        {
            switch (form)
            {
                case TotalVariationForm.Power:
                    _power.Launch(config, view, gradient, layout, weight, keep);
                    break;
                case TotalVariationForm.Absolute:
                    _absolute.Launch(config, view, gradient, layout, weight, keep);
                    break;
                case TotalVariationForm.MeanSquared:
                    _meanSquared.Launch(
                        config, view, gradient, layout, weight * VariationWeights.Vertical(picture.Shape),
                        weight * VariationWeights.Horizontal(picture.Shape), keep);
                    break;
                case TotalVariationForm.DiagonalMeanSquared:
                    _diagonal.Launch(config, view, gradient, layout, weight * VariationWeights.Straight(picture.Shape),
                        weight * VariationWeights.Diagonal(picture.Shape), keep);
                    break;
            }
        }
    }
}
