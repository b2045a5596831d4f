using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Vgg.Tests;

/// <summary>The gradient of the whole network against finite differences, cut at ever deeper layers.</summary>
[Collection(TestDevice.Collection)]
public sealed class VggGradientTests(TestDevice device)
{
    /// <summary>
    /// ReLU's kinks and, for max pooling, changing winners lie between x − h·u and x + h·u: the slope of a piecewise
    /// quadratic is then met to a few per cent only. A wrong mask or a lost contribution is off by far more.
    /// </summary>
    private const double Tolerance = 0.05;

    private const double Step = 0.05;

    private const int Directions = 6;

    private readonly Engine _engine = device.Engine;

    [Theory]
    [InlineData(Pooling.Max, "block1_conv1")]
    [InlineData(Pooling.Max, "block1_conv2")]
    [InlineData(Pooling.Max, "block2_conv1")]
    [InlineData(Pooling.Max, "block3_conv1")]
    [InlineData(Pooling.Max, "block4_conv1")]
    [InlineData(Pooling.Max, "block5_conv2")]
    [InlineData(Pooling.Average, "block1_pool")]
    [InlineData(Pooling.Average, "block2_conv2")]
    [InlineData(Pooling.Average, "block3_conv4")]
    [InlineData(Pooling.Average, "block4_conv2")]
    [InlineData(Pooling.Average, "block5_pool")]
    public void Gradient_agrees_with_finite_differences(Pooling pooling, string layer)
    {
        using var network = new VggNetwork(_engine, SmallVgg.Weights, new NetworkForm(pooling), [layer]);
        using var tape = new Tape(_engine);
        Variable picture = tape.Input("picture", new TensorShape(37, 42, 3), requiresGradient: true);
        Variable features = picture;
        network.Record(tape, picture, (_, found) => features = found);
        Variable zero = tape.Input("zero", features.Shape, requiresGradient: false);
        SquaredDifference.Record(tape, "loss", features, zero, 1e-3f);
        tape.Allocate();
        float[] start = new Random(23).Uniform(picture.Shape.Length, 100);
        picture.Value.CopyFrom(start);
        tape.Forward();
        tape.Backward();
        float[] gradient = picture.Gradient.ToArray();
        double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));

        // Along random directions: along the gradient itself, one that lacks a part would agree with its own norm.
        var random = new Random(29);
        for (int direction = 0; direction < Directions; direction++)
        {
            float[] u = random.Uniform(start.Length, 1);
            double slope = (Loss(Step) - Loss(-Step)) / (2 * Step);
            double expected = gradient.Zip(u, (g, d) => (double)g * d).Sum();
            double scale = norm * Math.Sqrt(u.Sum(d => (double)d * d) / u.Length);
            Assert.True(Math.Abs(slope - expected) <= Tolerance * scale,
                $"{layer}, direction {direction}: finite differences give {slope:g6}, the tape {expected:g6}, "
                + $"{Math.Abs(slope - expected) / scale:g3} of the norm apart.");

            double Loss(double h)
            {
                picture.Value.CopyFrom([.. start.Zip(u, (x, d) => (float)(x + h * d))]);
                tape.Forward();
                return tape.Losses.ToArray()[0];
            }
        }
    }
}
