using System.ComponentModel.DataAnnotations;
using IlgpuStyle.Autodiff;
using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Wasserstein;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer.Losses;

/// <summary>
/// Distance of means and covariances: the squared Wasserstein-2 distance of the two Gaussians, divided by the channels.
/// </summary>
/// <param name="Layers">The layers and their shares.</param>
/// <param name="Weight">The factor before the term.</param>
/// <param name="Ridge">Added to the diagonal of every covariance.</param>
public sealed record WassersteinStyleLoss(
    IReadOnlyList<LayerWeight> Layers, double Weight,
    [property: Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double Ridge) : StyleLoss(Layers, Weight)
{
    /// <summary>Means and covariances are those of a distribution, in which a pixel counts as the mask says.</summary>
    internal override double GuideOf(double mask) => Math.Sqrt(mask);

    /// <summary>
    /// The second moment FᵀF/M, C × C, and the channel means, C values: the average of several styles' is that of all
    /// their pixels.
    /// </summary>
    internal override IReadOnlyList<float[]> Statistics(LayerStatistics style) => [style.Gram, style.Means!];

    internal override bool ReadsMoments => true;

    internal override double GramScale(TensorShape layer) => 1.0 / layer.Pixels;

    internal override StyleComparison Record(
        Tape tape, string name, Variable features, Variable? guide, int picturePixels)
    {
        Wasserstein loss = Wasserstein.Record(tape, name, features, guide, (float)Ridge, weight: 0);
        return new StyleComparison([loss], (target, strength) =>
        {
            float[] means = target.Statistics[1];
            loss.SetTarget(means, Covariance(target.Statistics[0], means, loss.Ridge));
            loss.Weight = (float)strength;
        });
    }

    /// <summary>As <see cref="CovarianceForward"/> has it.</summary>
    private static float[] Covariance(float[] secondMoment, float[] means, double ridge)
    {
        int channels = means.Length;
        double moment = Enumerable.Range(0, channels).Sum(channel => (double)secondMoment[channel * (channels + 1)]);
        double squares = means.Sum(mean => (double)mean * mean);
        double onDiagonal = ridge + CovarianceForward.RoundingRidge((float)moment, (float)squares);
        float[] covariance = [.. secondMoment];
        for (int row = 0; row < channels; row++)
        {
            for (int column = 0; column < channels; column++)
            {
                covariance[row * channels + column] -= (float)((double)means[row] * means[column]
                    - (row == column ? onDiagonal : 0));
            }
        }
        return covariance;
    }
}
