using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.FastStyle.Tests.Training;

/// <summary>A training small enough for tests: 32 pixels, VGG19 of 8 to 24 channels.</summary>
internal static class TrainingFixture
{
    public const int Side = 32;

    /// <summary>Two photographs are held out; those that are trained on are drawn by number.</summary>
    public static TrainingPictures Pictures { get; } = new(
        [new StylePicture(Stripes(40, 48))], number => Waves(number), [Waves(1001), Waves(1002)]);

    public static Recipe Recipe(int iterations) => TrainingRecipe.Create(iterations, Side);

    /// <summary>The smallest network that there is.</summary>
    public static StyleNetwork Network() => StyleNetwork.Create([8, 16, 32], blocks: 1, seed: 3);

    public static StyleTraining Create(
        TestDevice device, Recipe recipe, StyleNetwork? network = null, int batch = 1,
        TrainingPictures? pictures = null) =>
        new(device.Engine, SmallVgg.Weights, recipe, network ?? Network(), pictures ?? Pictures, batch);

    /// <summary>A smooth photograph.</summary>
    private static RgbPicture Waves(int number)
    {
        var random = new Random(number);
        (double a, double b, double phase) =
            (random.NextDouble() * 0.4, random.NextDouble() * 0.4, random.NextDouble() * 6);
        return Draw(Side, Side, (y, x, c) => 128 + 90 * Math.Sin(a * x + b * y + phase + c));
    }

    private static RgbPicture Stripes(int height, int width) => Draw(
        height, width, (y, x, c) => (x / 3 + y / 5 + c) % 2 == 0 ? 230 : 20);

    private static RgbPicture Draw(int height, int width, Func<int, int, int, double> level)
    {
        float[] values = new float[3 * height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < 3; c++)
                    values[3 * (y * width + x) + c] = (float)level(y, x, c);
            }
        }
        return new RgbPicture(height, width, values);
    }
}
