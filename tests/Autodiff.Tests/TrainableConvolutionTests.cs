using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>Two convolutions one after the other, of stride 2 and 1, through a quadratic loss.</summary>
[Collection(TestDevice.Collection)]
public sealed class TrainableConvolutionTests : IDisposable
{
    private const double Tolerance = 2e-3;

    private readonly Random _random = new(5);
    private readonly ConvolutionParameters _first;
    private readonly ConvolutionParameters _second;
    private readonly Tape _tape;
    private readonly Variable _x;
    private readonly Variable _target;

    public TrainableConvolutionTests(TestDevice device)
    {
        _first = new ConvolutionParameters(device.Engine, "first", 3, 16, 3);
        _second = new ConvolutionParameters(device.Engine, "second", 16, 5, 3);
        foreach (ConvolutionParameters parameters in (ConvolutionParameters[])[_first, _second])
        {
            parameters.SetWeights(
                _random.Normal(parameters.InputChannels * parameters.OutputChannels * 9, 0.2),
                _random.Normal(parameters.OutputChannels));
        }
        _tape = new Tape(device.Engine);
        _x = _tape.Input("x", new TensorShape(12, 11, 3), requiresGradient: true);
        Variable y = TrainableConvolution.Record(_tape, "first", _x, _first, 2);
        y = TrainableConvolution.Record(_tape, "second", y, _second, 1);
        _target = _tape.Input("target", y.Shape, requiresGradient: false);
        SquaredDifference.Record(_tape, "loss", y, _target, 0.3f);
        _tape.Allocate();
        _target.Value.CopyFrom(_random.Normal(_target.Shape.Length));
    }

    public void Dispose()
    {
        _tape.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Gradient_of_the_input() =>
        GradientCheck.Check(_tape, _x, _random.Normal(_x.Shape.Length), 0.1, Tolerance);

    /// <summary>Over a batch of two pictures gradients add up: those of the sum of both losses.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Gradient_of_a_parameter_over_a_batch(bool second, bool ofBias)
    {
        ConvolutionParameters parameters = second ? _second : _first;
        Parameter parameter = ofBias ? parameters.Bias : parameters.Weights;
        float[][] pictures = [_random.Normal(_x.Shape.Length), _random.Normal(_x.Shape.Length)];
        parameter.ClearGradient();
        foreach (float[] picture in pictures)
        {
            _x.Value.CopyFrom(picture);
            _tape.Forward();
            _tape.Backward();
        }
        float[] gradient = parameter.Gradient.ToArray();
        float[] start = parameter.Value.ToArray();
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
        const double step = 0.05;
        for (int direction = 0; direction < 4; direction++)
        {
            // Padding is left alone: its gradient is defined as zero.
            float[] u = [.. start.Select(value => value == 0 ? 0 : (float)(2 * _random.NextDouble() - 1))];
            double expected = (8 * (Loss(step) - Loss(-step)) - (Loss(2 * step) - Loss(-2 * step))) / (12 * step);
            double actual = gradient.Zip(u, (g, d) => (double)g * d).Sum();
            double scale = norm * Math.Sqrt(u.Sum(d => (double)d * d) / u.Length);
            Assert.True(
                Math.Abs(actual - expected) <= Tolerance * scale,
                $"Finite differences give {expected:g7}, the tape {actual:g7}; the norm is {scale:g3}.");

            double Loss(double h)
            {
                parameter.Value.CopyFrom([.. start.Zip(u, (value, d) => (float)(value + h * d))]);
                return pictures.Sum(picture =>
                {
                    _x.Value.CopyFrom(picture);
                    return GradientCheck.Evaluate(_tape);
                });
            }
        }
    }

    [Fact]
    public void Weights_come_back_as_they_were_set()
    {
        float[] weights = _random.Normal(_second.InputChannels * _second.OutputChannels * 9);
        float[] bias = _random.Normal(_second.OutputChannels);
        _second.SetWeights(weights, bias);
        Assert.Equal(weights, _second.OihwWeights());
        Assert.Equal(bias, _second.BiasValues());
    }

    [Fact]
    public void Wrong_numbers_of_weights_and_channels_are_named()
    {
        Assert.Equal(
            "second: 3 weights and a bias of 1 values were passed, but 5×16×3×3 and 5 are needed.",
            Assert.Throws<ArgumentException>(() => _second.SetWeights(new float[3], new float[1])).Message);
        using var tape = new Tape(_tape.Engine);
        Variable x = tape.Input("x", new TensorShape(12, 11, 3), requiresGradient: false);
        Assert.Equal(
            "next: the weights take 16 channels, but 'x' has 3.",
            Assert.Throws<ArgumentException>(
                () => TrainableConvolution.Record(tape, "next", x, _second, 1)).Message);
        Variable small = tape.Input("small", new TensorShape(2, 11, 3), requiresGradient: false);
        Assert.Equal(
            "next: a kernel of 3×3 does not fit into 2×11×3.",
            Assert.Throws<ArgumentException>(
                () => TrainableConvolution.Record(tape, "next", small, _first, 1)).Message);
    }
}
