using IlgpuStyle.Autodiff;
using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.FastStyle.Tests.Training;

/// <summary>The gradient of the whole loss with respect to the weights, by finite differences.</summary>
[Collection(TestDevice.Collection)]
public sealed class TrainingGradientTests(TestDevice device) : IDisposable
{
    private readonly Recipe _recipe = TrainingFixture.Recipe(iterations: 1);
    private readonly VggNetwork _vgg = new(
        device.Engine, SmallVgg.Weights, TrainingFixture.Recipe(1).Network, TrainingFixture.Recipe(1).Layers());
    private readonly NetworkParameters _parameters = new(
        device.Engine, NetworkReference.Disturbed(TrainingFixture.Network()), trainable: true);

    public void Dispose()
    {
        _parameters.Dispose();
        _vgg.Dispose();
    }

    [Fact]
    public void The_gradient_is_that_of_the_loss()
    {
        using TrainingGraph graph = Graph(lossRows: 1, share: 1);
        float[] photograph = TrainingFixture.Pictures.Photograph(7).Values;
        Clear();
        graph.Evaluate(photograph, row: 0, withGradient: true);
        foreach (Parameter parameter in _parameters.All)
        {
            float[] value = parameter.Value.ToArray();
            float[] gradient = parameter.Gradient.ToArray();
            double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
            // A convolution's bias before a normalisation changes nothing: what is left is rounding.
            if (norm < 1e-4)
                continue;
            // Along the gradient the difference is largest, against rounding and the corners of ReLUs and pools.
            // Longer steps pass so many corners that the slope is another; after shorter ones a loss in float32, of
            // which 1e-4 is a hundred roundings, hardly differs.
            double length = Math.Clamp(1e-4 / norm, 3e-5, 4e-4);
            double slope = (LossAt(length / norm) - LossAt(-length / norm)) / (2 * length);
            Assert.True(
                Math.Abs(slope - norm) < 0.03 * norm, $"{parameter.Name}: slope {slope:G6}, gradient {norm:G6}");
            parameter.Value.CopyFrom(value);

            double LossAt(double factor)
            {
                parameter.Value.CopyFrom([.. value.Zip(gradient, (v, g) => (float)(v + factor * g))]);
                graph.Evaluate(photograph, row: 0, withGradient: false);
                graph.ReadLosses();
                return graph.Losses(0, 1).Total;
            }
        }
    }

    [Fact]
    public void A_batch_has_the_mean_of_its_photographs_losses_and_gradients()
    {
        float[][] photographs =
            [TrainingFixture.Pictures.Photograph(1).Values, TrainingFixture.Pictures.Photograph(2).Values];
        using TrainingGraph alone = Graph(lossRows: 2, share: 1);
        double[][] gradients = [.. photographs.Select((photograph, row) =>
        {
            Clear();
            alone.Evaluate(photograph, row, withGradient: true);
            return Gradient();
        })];
        alone.ReadLosses();

        using TrainingGraph batch = Graph(lossRows: 2, share: 0.5);
        Clear();
        for (int row = 0; row < 2; row++)
            batch.Evaluate(photographs[row], row, withGradient: true);
        batch.ReadLosses();
        Assert.Equal(
            (alone.Losses(0, 1).Total + alone.Losses(1, 1).Total) / 2, batch.Losses(0, 2).Total, tolerance: 1e-4);
        double[] mean = [.. gradients[0].Zip(gradients[1], (a, b) => (a + b) / 2)];
        double[] difference = [.. mean.Zip(Gradient(), (a, b) => a - b)];
        Assert.InRange(Norm(difference), 0, 1e-4 * Norm(mean));
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private TrainingGraph Graph(int lossRows, double share)
    {
        var graph = new TrainingGraph(
            device.Engine, _vgg, _parameters, _recipe, TrainingFixture.Side, lossRows);
        graph.Allocate(
            new TrainingTargets(
                device.Engine, _vgg, _recipe, TrainingFixture.Pictures.Styles, TrainingFixture.Pictures.HeldOut,
                default),
            share);
        return graph;
    }

    private void Clear()
    {
        foreach (Parameter parameter in _parameters.All)
            parameter.ClearGradient();
    }

    private double[] Gradient() =>
        [.. _parameters.All.SelectMany(parameter => parameter.Gradient.ToArray()).Select(value => (double)value)];
}
