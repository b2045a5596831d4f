using System.CommandLine;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>--weights</c>: where VGG19's weights come from.</summary>
internal static class WeightsOption
{
    public static Option<string> Create() => new("--weights")
    {
        Description = "VGG19's weights: auto (weights/, Keras's cache, else download), synthetic (random, seeded) "
            + "or a Keras .h5 file.",
        HelpName = "auto|synthetic|FILE.h5",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Reads, downloads or draws the weights of the layers that a run needs.</summary>
    /// <exception cref="WeightFileException">They cannot be had or used.</exception>
    public static VggWeights Load(string choice, string deepestLayer, int seed, Action<string> tell) =>
        VggWeights.Read(choice, deepestLayer);
}
