using System.CommandLine;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;
using IlgpuStyle.Vgg.Weights.Synthetic;

namespace IlgpuStyle.App.Options;

/// <summary><c>--weights</c>: where VGG19's weights come from.</summary>
internal static class WeightsOption
{
    /// <summary>Random weights.</summary>
    public const string Synthetic = "synthetic";

    private const string Auto = "auto";

    /// <summary>
    /// Size of the calibration pictures, in pixels: natural statistics need no more, and drawing takes seconds.
    /// </summary>
    private static readonly PictureSize CalibrationSize = new(192, 256);

    public static Option<string> Create(string defaultChoice = Auto) => new Option<string>("--weights")
    {
        Description = "VGG19's weights: auto (weights/, Keras's cache, else download), synthetic (random, seeded) "
            + "or a Keras .h5 file.",
        HelpName = "auto|synthetic|FILE.h5",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { Auto, Synthetic, PathOption.Pattern },
        DefaultValueFactory = _ => defaultChoice,
    }.About(Subject.Network, isNeededFirst: true);

    /// <summary>Whether the value names a file.</summary>
    public static bool IsFile(string choice) => choice is not (Auto or Synthetic);

    /// <summary>The file that weights come from; null where none is there yet, and for synthetic ones.</summary>
    public static string? Find(string choice) => choice switch
    {
        Synthetic => null,
        Auto => WeightsLocator.FromEnvironment().Find(),
        _ => choice,
    };

    /// <summary>Reads, downloads or draws the weights of the layers that a run needs.</summary>
    /// <param name="choice">The option's value.</param>
    /// <param name="deepestLayer">The last layer that is needed.</param>
    /// <param name="seed">Of synthetic weights.</param>
    /// <param name="tell">Is told which weights are used, and how a download goes.</param>
    /// <exception cref="WeightFileException">They cannot be had or used.</exception>
    public static VggWeights Load(string choice, string deepestLayer, int seed, Action<string> tell)
    {
        switch (choice)
        {
            case Synthetic:
                tell($"weights: synthetic, seed {seed} (random; for the real look, see 'ilgpustyle weights download')");
                return DrawSynthetic(seed);
            case Auto:
                using (var download = new WeightsDownload { Tell = tell })
                {
                    string path = WeightsLocator.FromEnvironment()
                        .FindOrDownloadAsync(download, DownloadLines.To(tell)).GetAwaiter().GetResult();
                    tell($"weights: {path}");
                    return VggWeights.Read(path, deepestLayer);
                }
            default:
                tell($"weights: {choice}");
                return VggWeights.Read(choice, deepestLayer);
        }
    }

    /// <summary>Random weights, calibrated on the sample pictures.</summary>
    public static VggWeights DrawSynthetic(int seed) =>
        SyntheticWeights.Draw((ulong)seed, [Calibration(SamplePictures.Content), Calibration(SamplePictures.Style)]);

    private static CalibrationPicture Calibration(Picture sample)
    {
        Picture picture = Resampling.Resize(sample, CalibrationSize, ResamplingFilter.Bilinear);
        return new CalibrationPicture(picture.Size.Height, picture.Size.Width, picture.Rgb);
    }
}
