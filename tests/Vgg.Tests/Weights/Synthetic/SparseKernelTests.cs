using IlgpuStyle.Vgg.Weights.Synthetic;

namespace IlgpuStyle.Vgg.Tests.Weights.Synthetic;

public sealed class SparseKernelTests
{
    private static readonly double[] Window = [.35, .6, .35, .6, 1, .6, .35, .6, .35];

    [Theory]
    [InlineData("block1_conv1", 3, 0.8, 0.5)]
    [InlineData("block4_conv3", 8, 0.5, 0.25)]
    public void Mixes_the_five_profiles_with_their_deviations(string layer, int read, double slope, double curvature)
    {
        var generator = new GaussianGenerator(3);
        VggLayer vggLayer = Vgg19.Layers[Vgg19.IndexOf(layer)];
        double[] squares = new double[5];
        const int Kernels = 2000;
        for (int kernel = 0; kernel < Kernels; kernel++)
        {
            SparseKernel drawn = SparseKernel.Draw(generator, vggLayer);
            Assert.Equal(read, drawn.InputChannels.Distinct().Count());
            Assert.All(drawn.InputChannels, channel => Assert.InRange(channel, 0, vggLayer.InputChannels - 1));
            Assert.Equal(read * 9, drawn.Taps.Length);
            for (int input = 0; input < read; input++)
            {
                double[] mix = Solve([.. Window.Select((w, tap) => drawn.Taps[(input * 9) + tap] / w)]);
                for (int profile = 0; profile < 5; profile++)
                    squares[profile] += mix[profile] * mix[profile];
            }
        }

        // A deviation from n numbers is known to 1/√(2n): 1 % of 6000, and five times that is allowed.
        double[] expected = [1, slope, slope, curvature, curvature];
        for (int profile = 0; profile < 5; profile++)
        {
            double deviation = Math.Sqrt(squares[profile] / (Kernels * read));
            Assert.InRange(deviation / expected[profile], 0.95, 1.05);
        }
    }

    /// <summary>
    /// a, b, c, d and e of p = a + b·x + c·y + d·½(x² − y²) + e·x·y, by the grid's symmetry; all nine values
    /// must then agree.
    /// </summary>
    private static double[] Solve(double[] p)
    {
        double[] mix =
        [
            p[4], (p[5] - p[3]) / 2, (p[7] - p[1]) / 2, (p[5] + p[3] - p[7] - p[1]) / 2,
            (p[8] + p[0] - p[2] - p[6]) / 4,
        ];
        for (int tap = 0; tap < 9; tap++)
        {
            int x = (tap % 3) - 1;
            int y = (tap / 3) - 1;
            double mixed = mix[0] + (mix[1] * x) + (mix[2] * y)
                + (mix[3] * 0.5 * ((x * x) - (y * y))) + (mix[4] * x * y);
            Assert.False(!(Math.Abs(p[tap] - mixed) <= 1e-6 * p.Max(Math.Abs)), $"tap {tap}: {p[tap]} is not {mixed}");
        }
        return mix;
    }
}
