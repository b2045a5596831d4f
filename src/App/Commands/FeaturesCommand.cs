using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle features</c>: one layer's output as .npy, as Keras gives it.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var image = new Option<string>("--image")
        {
            Description = "The picture (PNG or JPEG), in its own size.",
            HelpName = "FILE",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
            Required = true,
        };
        var layer = new Option<string>("--layer")
        {
            Description = "The layer by its Keras name, such as block4_conv2 or block3_pool.",
            HelpName = "NAME",
            CompletionSources = { Vgg19.Layers.Select(one => one.Name).ToArray() },
            Required = true,
        };
        Option<string> output = new("--output")
        {
            Description = "Where to write the features: H×W×C float32.",
            HelpName = "FILE.npy",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
            Required = true,
        };
        Option<Pooling?> pooling = WordOption.Create<Pooling>("--pooling", "How VGG19 pools. Default: max.");
        Option<ConvolutionForm?> convolution = WordOption.Create<ConvolutionForm>(
            "--convolution",
            "How convolutions are computed: auto is the fastest, direct rounds least. Default: direct.");
        Option<string> weights = WeightsOption.Create();
        Option<string> device = DeviceOption.Create();
        Option<int?> seed = Numbers.Whole("--seed", "Seed of synthetic weights. Default: 0.", 0);
        var command = new Command("features", "Write one layer's output for a picture.")
        {
            image, layer, output, pooling, convolution, weights, device, seed,
        };
        command.SetAction(parsed => (int)Run(
            parsed.GetRequiredValue(image),
            Vgg19.KerasName(parsed.GetRequiredValue(layer)),
            parsed.GetRequiredValue(output),
            new NetworkForm(
                parsed.GetValue(pooling) ?? Pooling.Max,
                Convolution: parsed.GetValue(convolution) ?? ConvolutionForm.Direct),
            parsed.GetRequiredValue(weights),
            parsed.GetValue(seed) ?? 0,
            parsed.GetRequiredValue(device),
            parsed.InvocationConfiguration));
        return command;
    }

    private static ExitCode Run(
        string image, string layer, string output, NetworkForm form, string weightsChoice, int seed, string device,
        InvocationConfiguration streams)
    {
        if (Vgg19.Refusal(layer) is { } refusal)
            throw new UsageException($"--layer: {refusal}.");
        DistinctFiles.Require(
            WeightsOption.IsFile(weightsChoice)
                ? [new NamedFile("--image", image), new NamedFile("--weights", weightsChoice)]
                : [new NamedFile("--image", image)],
            [new NamedFile("--output", output)]);
        AtomicFile.CheckWritable(output);
        Picture picture = PictureFile.LoadVisible(
            image, Vgg19.SmallestSide(layer), streams.Error.WriteLine, inOwnSize: true);
        using Engine engine = Engine.Open(device);
        VggWeights weights = WeightsOption.Load(weightsChoice, layer, seed, streams.Error.WriteLine);
        using var network = new VggNetwork(engine, weights, form, [layer]);
        using FeatureExtractor features = FeatureExtractor.Run(
            engine, network, picture.Opaque(), [layer]);
        TensorShape shape = features.ShapeOf(layer);
        NpyWriter.Write(output, features.Features(layer), shape.Height, shape.Width, shape.Channels);
        streams.Error.WriteLine($"{layer}: {shape}");
        streams.Output.WriteLine(output);
        return ExitCode.Done;
    }
}
