using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>
/// Each operation's gradient against finite differences, through a quadratic loss with a random target.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class OperationGradientTests(TestDevice device)
{
    /// <summary>Rounding of float32 losses over steps of 0.1 and more: about 1e-6 · loss / (step · slope).</summary>
    private const double Tolerance = 2e-3;

    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(4);

    [Fact]
    public void Convolution_without_kinks()
    {
        using ConvolutionWeights weights = WeightsWithoutKinks();
        CheckThroughQuadraticLoss(
            new TensorShape(7, 9, 3), x => Convolution.Record(x.Tape, "conv", x.Input, weights), 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AveragePool_with_odd_edges(float scale) => CheckThroughQuadraticLoss(
        new TensorShape(7, 5, 3), x => AveragePool.Record(x.Tape, "pool", x.Input, scale));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BinomialPool_with_odd_edges(float scale) => CheckThroughQuadraticLoss(
        new TensorShape(7, 6, 3), x => BinomialPool.Record(x.Tape, "pool", x.Input, scale));

    [Fact]
    public void MaxPool_with_distinct_values()
    {
        // A shuffled ramp of step 2: no direction of at most 0.2 an element changes which of four is the largest.
        var shape = new TensorShape(7, 5, 3);
        float[] start = [.. Enumerable.Range(0, (int)shape.Length).Select(i => 2f * i)];
        _random.Shuffle(start);
        CheckThroughQuadraticLoss(shape, x => MaxPool.Record(x.Tape, "pool", x.Input), start: start);
    }

    [Fact]
    public void Preprocess_of_a_unit_picture() => CheckThroughQuadraticLoss(
        new TensorShape(4, 6, 3), x => Preprocess.Record(x.Tape, "preprocessing", x.Input, 255));

    [Fact]
    public void ReplicatePad_of_an_odd_picture() => CheckThroughQuadraticLoss(
        new TensorShape(4, 5, 3), x => ReplicatePad.Record(x.Tape, "pad", x.Input));

    [Fact]
    public void Crop_of_an_odd_picture() => CheckThroughQuadraticLoss(
        new TensorShape(6, 5, 9), x => Crop.Record(x.Tape, "crop", x.Input));

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(1, 4, 5)]
    [InlineData(3, 4, 5)]
    [InlineData(4, 5, 9)]
    public void ReflectPad_of_an_odd_picture(int padding, int height, int width) => CheckThroughQuadraticLoss(
        new TensorShape(height, width, 3), x => ReflectPad.Record(x.Tape, "pad", x.Input, padding));

    [Fact]
    public void UpsampleNearest_of_an_odd_picture() => CheckThroughQuadraticLoss(
        new TensorShape(3, 5, 9), x => UpsampleNearest.Record(x.Tape, "upsampling", x.Input));

    [Fact]
    public void Addition_around_a_pool_adds_to_both() => CheckThroughQuadraticLoss(
        new TensorShape(6, 4, 9), x =>
        {
            Variable pool = AveragePool.Record(x.Tape, "pool", x.Input);
            Variable same = UpsampleNearest.Record(x.Tape, "upsampling", pool);
            return Addition.Record(
                x.Tape, "outer", Addition.Record(x.Tape, "inner", x.Input, same), same);
        });

    [Fact]
    public void Addition_behind_a_rectifier()
    {
        using ConvolutionWeights weights = WeightsWithoutKinks();
        CheckThroughQuadraticLoss(new TensorShape(6, 4, 3), x =>
        {
            Variable rectified = Convolution.Record(x.Tape, "conv", x.Input, weights);
            return Addition.Record(x.Tape, "sum", rectified, Crop.Record(
                x.Tape, "crop", ReplicatePad.Record(x.Tape, "pad", rectified)));
        }, 30);
    }

    [Fact]
    public void SquaredDifference_from_a_target() => CheckThroughQuadraticLoss(new TensorShape(5, 4, 11), x => x.Input);

    [Fact]
    public void GramDifference_from_a_target()
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(5, 6, 11), requiresGradient: true);
        GramDifference term = GramDifference.Record(tape, "style", x, 0.2f, 0.5f);
        tape.Allocate();
        term.SetTarget(Symmetric(11));
        GradientCheck.Check(tape, x, _random.Normal(x.Shape.Length), 0.1, Tolerance);
    }

    [Fact]
    public void MaskedFeatures_behind_a_rectifier()
    {
        using ConvolutionWeights weights = WeightsWithoutKinks();
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(5, 7, 3), requiresGradient: true);
        Variable y = Convolution.Record(tape, "conv", x, weights);
        Variable mask = tape.Input("mask", y.Shape with { Channels = 1 }, requiresGradient: false);
        GramDifference style = GramDifference.Record(
            tape, "style", MaskedFeatures.Record(tape, "masked", y, mask), 0.001f, 0.01f);
        tape.Allocate();
        style.SetTarget(new float[100]);
        mask.Value.CopyFrom([.. Enumerable.Range(0, 35).Select(_ => _random.NextSingle())]);
        GradientCheck.Check(tape, x, _random.Uniform(x.Shape.Length, 2), 0.1, Tolerance);
    }

    [Theory]
    [InlineData(TotalVariationForm.Power)]
    [InlineData(TotalVariationForm.Absolute)]
    [InlineData(TotalVariationForm.MeanSquared)]
    [InlineData(TotalVariationForm.DiagonalMeanSquared)]
    public void TotalVariation_forms(TotalVariationForm form)
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(5, 7, 3), requiresGradient: true);
        TotalVariation.Record(tape, "variation", x, form, 0.7f);
        tape.Allocate();
        // Neighbours differ by at least 1: with steps of 0.2 no difference changes its sign.
        float[] start = [.. Enumerable.Range(0, (int)x.Shape.Length).Select(i => (float)i)];
        _random.Shuffle(start);
        GradientCheck.Check(tape, x, start, 0.1, Tolerance);
    }

    [Fact]
    public void A_chain_with_taps_adds_every_contribution()
    {
        // The features of both convolutions feed the next layer and a loss: as style layers do in VGG.
        using ConvolutionWeights first = ConvolutionWeights.Upload(
            _engine, "first", _random.Normal(9 * 3 * 8, 0.3), [.. Enumerable.Repeat(30f, 8)], 3, 8);
        using ConvolutionWeights second = ConvolutionWeights.Upload(
            _engine, "second", _random.Normal(9 * 8 * 9, 0.05), [.. Enumerable.Repeat(30f, 9)], 8, 9);
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", new TensorShape(6, 9, 3), requiresGradient: true);
        Variable y = Convolution.Record(tape, "first", x, first);
        GramDifference style = GramDifference.Record(tape, "style", y, 0.001f, 0.01f);
        Variable z = Convolution.Record(tape, "second", AveragePool.Record(tape, "pool", y), second);
        Variable target = tape.Input("target", z.Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "content", z, target, 0.3f);
        TotalVariation.Record(tape, "variation", x, TotalVariationForm.MeanSquared, 2f);
        tape.Allocate();
        style.SetTarget(Symmetric(8));
        target.Value.CopyFrom(_random.Normal(z.Shape.Length, 3, 30));
        GradientCheck.Check(tape, x, _random.Normal(x.Shape.Length), 0.1, Tolerance);
    }

    /// <summary>
    /// From 3 channels to 10. A bias of ±30 keeps every pre-activation far from 0: positive in the even channels,
    /// negative in the odd.
    /// </summary>
    private ConvolutionWeights WeightsWithoutKinks() => ConvolutionWeights.Upload(
        _engine, "layer", _random.Normal(9 * 3 * 10, 0.3),
        [.. Enumerable.Range(0, 10).Select(k => k % 2 == 0 ? 30f : -30f)], 3, 10);

    private void CheckThroughQuadraticLoss(
        TensorShape shape, Func<(Tape Tape, Variable Input), Variable> record, double targetMean = 0,
        float[]? start = null)
    {
        using var tape = new Tape(_engine);
        Variable x = tape.Input("x", shape, requiresGradient: true);
        Variable y = record((tape, x));
        Variable target = tape.Input("target", y.Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "loss", y, target, 0.3f);
        tape.Allocate();
        target.Value.CopyFrom(_random.Normal(y.Shape.Length, 1, targetMean));
        GradientCheck.Check(tape, x, start ?? _random.Normal(shape.Length), 0.1, Tolerance);
    }

    private float[] Symmetric(int size)
    {
        float[] matrix = _random.Normal(size * size);
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < row; column++)
                matrix[row * size + column] = matrix[column * size + row];
        }
        return matrix;
    }
}
