using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Losses;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Losses;

/// <summary>
/// A kind of style loss is what its record says, whatever its number of operations, here one of its own.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class StyleLossTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;
    private readonly ScalePictures _pictures = new RecipeReference("balanced_two_styles").Pictures;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Parts_of_a_layer_s_term_add_up_to_it(bool masked, bool normalized)
    {
        ScalePictures pictures = masked
            ? _pictures with { Styles = [.. _pictures.Styles.Select((style, i) => style with { Mask = Mask(i) })] }
            : _pictures;
        Recipe recipe = Presets.Balanced with { NormalizeGradients = normalized };
        Evaluation whole = Evaluate(recipe, pictures);
        Evaluation parts = Evaluate(recipe with { Style = new Parts((GramStyleLoss)recipe.Style) }, pictures);

        Assert.Equal(recipe.Style.Layers.Select(layer => layer.Layer), parts.StyleByLayer.Keys);
        foreach ((string layer, double term) in whole.StyleByLayer)
            Closeness.Close(term, parts.StyleByLayer[layer], 1e-6);
        Closeness.Close(whole.Losses.Style, parts.Losses.Style, 1e-6);
        double[] gradient = Array.ConvertAll(whole.Gradient, value => (double)value);
        Assert.True(Closeness.RelativeL2(gradient, parts.Gradient) < 1e-5);
    }

    private Evaluation Evaluate(Recipe recipe, ScalePictures pictures)
    {
        using var job = new StyleTransferJob(_engine, SmallVgg.Weights, recipe, [pictures]);
        return job.Evaluate();
    }

    /// <summary>Most of the left for the first style, the rest for the second.</summary>
    private StyleMask Mask(int style)
    {
        (int height, int width) = (_pictures.Content.Height, _pictures.Content.Width);
        float[] values = new float[height * width];
        for (int i = 0; i < values.Length; i++)
            values[i] = i % width < 0.6 * width == (style == 0) ? 1 : 0.25f;
        return new StyleMask(height, width, values);
    }

    /// <summary>A quarter and three quarters of a Gram loss.</summary>
    private sealed record Parts(GramStyleLoss Whole) : StyleLoss(Whole.Layers, Whole.Weight)
    {
        internal override bool IsRelativeToContent => Whole.IsRelativeToContent;

        internal override double GramScale(TensorShape layer) => Whole.GramScale(layer);

        internal override IReadOnlyList<float[]> Statistics(LayerStatistics style) => Whole.Statistics(style);

        internal override IReadOnlyList<double> Divisors(LayerStatistics content, IReadOnlyList<float[]> style) =>
            Whole.Divisors(content, style);

        internal override StyleComparison Record(
            Tape tape, string name, Variable features, Variable? guide, int picturePixels)
        {
            StyleComparison quarter = Whole.Record(tape, $"quarter of {name}", features, guide, picturePixels);
            StyleComparison rest = Whole.Record(tape, $"rest of {name}", features, guide, picturePixels);
            return new StyleComparison([.. quarter.Losses, .. rest.Losses], (target, strength) =>
            {
                quarter.SetTarget(target, 0.25 * strength);
                rest.SetTarget(target, 0.75 * strength);
            });
        }
    }
}
