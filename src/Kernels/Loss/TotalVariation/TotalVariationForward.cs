using ILGPU;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Loss;

/// <summary>losses[slot] = weight · V(picture), V in one of the forms of <see cref="TotalVariationForm"/>.</summary>
/// <remarks>
/// Shapes: picture [H,W,C ≤ 4]. A form whose differences need two rows or columns is 0 where there is one only.
/// Fixed order, no atomics. Launch: two stages (<see cref="PartialSums"/>) over pixels. The kernels stand in one
/// file a form.
/// </remarks>
public sealed class TotalVariationForward(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, ArrayView<float>> _power =
        new(engine, PowerVariation.PowerVariationForwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, ArrayView<float>> _absolute =
        new(engine, AbsoluteVariation.AbsoluteVariationForwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, float, float, ArrayView<float>> _meanSquared =
        new(engine, MeanSquaredVariation.MeanSquaredVariationForwardKernel);

    private readonly DeviceKernel<ArrayView<F4>, QuadLayout, float, float, ArrayView<float>> _diagonal =
        new(engine, DiagonalVariation.DiagonalVariationForwardKernel);

    /// <summary>losses[slot] = weight · V(picture).</summary>
    /// <exception cref="ArgumentException">More than four channels, or no such slot.</exception>
    public void Launch(Tensor picture, TotalVariationForm form, DeviceArray losses, int slot, float weight)
    {
        Require.Picture(nameof(TotalVariationForward), picture);
        Require.Slot(nameof(TotalVariationForward), losses, slot);
        PartialSums partials = engine.Get(e => new PartialSums(e));
        var layout = new QuadLayout(picture.Shape);
        ArrayView<F4> view = picture.View.Cast<F4>();
        KernelConfig config = PartialSums.FirstStage(picture.Shape.Pixels);
        double flop = form switch
        {
            TotalVariationForm.Power => PowerVariation.ForwardFlop,
            TotalVariationForm.Absolute => AbsoluteVariation.ForwardFlop,
            TotalVariationForm.MeanSquared => MeanSquaredVariation.ForwardFlop,
            TotalVariationForm.DiagonalMeanSquared => DiagonalVariation.ForwardFlop,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        using (engine.Launch(
            nameof(TotalVariationForward), flop * picture.Shape.Length, 4.0 * picture.Shape.Length))
        {
            switch (form)
            {
                case TotalVariationForm.Power:
                    _power.Launch(config, view, layout, partials.View);
                    break;
                case TotalVariationForm.Absolute:
                    _absolute.Launch(config, view, layout, partials.View);
                    break;
                case TotalVariationForm.MeanSquared:
                    _meanSquared.Launch(config, view, layout, VariationWeights.Vertical(picture.Shape),
                        VariationWeights.Horizontal(picture.Shape), partials.View);
                    break;
                case TotalVariationForm.DiagonalMeanSquared:
                    _diagonal.Launch(config, view, layout, VariationWeights.Straight(picture.Shape),
                        VariationWeights.Diagonal(picture.Shape), partials.View);
                    break;
            }
        }
        partials.Finish(config.GridDim.X, losses, slot, weight);
    }
}
