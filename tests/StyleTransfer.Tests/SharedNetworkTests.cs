using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests;

[Collection(TestDevice.Collection)]
public sealed class SharedNetworkTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    [Fact]
    public void Jobs_that_share_give_the_bits_of_jobs_that_do_not()
    {
        var balanced = new RecipeReference("balanced");
        var keras = new RecipeReference("keras");
        ScalePictures mirrored = balanced.Pictures with
        {
            Styles = [new StylePicture(Mirrored(balanced.Pictures.Styles[0].Picture))],
        };
        (Recipe Recipe, ScalePictures Pictures)[] jobs =
        [
            (balanced.Recipe, balanced.Pictures),
            (balanced.Recipe, mirrored),
            (balanced.Recipe with { Style = balanced.Recipe.Style with { Weight = 3 } }, balanced.Pictures),
            (keras.Recipe, balanced.Pictures), // Another network, and Gram matrices of another factor.
            (balanced.Recipe, balanced.Pictures),
        ];
        using var shared = new SharedNetwork(_engine);
        foreach ((Recipe recipe, ScalePictures pictures) in jobs)
            Assert.Equal(Run(recipe, pictures, shared: null), Run(recipe, pictures, shared));
    }

    [Fact]
    public void A_style_is_measured_once()
    {
        var balanced = new RecipeReference("balanced");
        using var shared = new SharedNetwork(_engine);
        long first = LaunchesOf(() => Run(balanced.Recipe, balanced.Pictures, shared));
        long second = LaunchesOf(() => Run(balanced.Recipe, balanced.Pictures, shared));
        // A launch a layer at least.
        Assert.InRange(second, 1, first - 10);
    }

    private long LaunchesOf(Action action)
    {
        long before = _engine.LaunchCount;
        action();
        return _engine.LaunchCount - before;
    }

    private float[] Run(Recipe recipe, ScalePictures pictures, SharedNetwork? shared)
    {
        using var job = new StyleTransferJob(
            _engine, SmallVgg.Weights, recipe with { Iterations = 3 }, [pictures], shared: shared);
        return job.Run(new RunObserver()).Picture.Values;
    }

    private static RgbPicture Mirrored(RgbPicture picture) =>
        new(picture.Height, picture.Width, [.. picture.Values.Reverse()]);
}
