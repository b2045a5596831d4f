using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg;

namespace IlgpuStyle.App.Commands;

/// <summary>
/// <c>ilgpustyle classify</c>: what VGG19 takes a picture for, a check that the network was read right.
/// </summary>
internal static class ClassifyCommand
{
    /// <summary>How many classes are printed.</summary>
    private const int Top = 5;

    public static Command Create()
    {
        var image = new Argument<string>("PICTURE")
        {
            Description = "The picture (PNG or JPEG); another size than 224×224 is resized to it, bilinearly as "
                + "TensorFlow does.",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
        };
        var weights = new Option<string>("--weights")
        {
            Description = "VGG19's weights with the dense top, as vgg19_weights_tf_dim_ordering_tf_kernels.h5; "
                + $"class names are taken from {ClassNames.FileName} beside it.",
            HelpName = "FILE.h5",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
            Required = true,
        };
        var json = new Option<bool>("--json")
        {
            Description =
                "Print a JSON array of objects with class, name (where known) and probability. Default: lines.",
        };
        Option<string> device = DeviceOption.Create();
        var command = new Command(
            "classify", $"Print the {Top} likeliest of ImageNet's classes for a picture: a check of the weights.")
        {
            image, weights, json, device,
        };
        command.SetAction(parsed => (int)Run(
            parsed.GetRequiredValue(image),
            parsed.GetRequiredValue(weights),
            parsed.GetValue(json),
            parsed.GetRequiredValue(device),
            parsed.InvocationConfiguration));
        return command;
    }

    private static ExitCode Run(string image, string weights, bool json, string device, InvocationConfiguration streams)
    {
        var size = new PictureSize(VggClassifier.PictureSide, VggClassifier.PictureSide);
        Picture picture = Resampling.Resize(
            PictureFile.LoadVisible(image, minimumSide: 1, streams.Error.WriteLine), size,
            ResamplingFilter.BilinearWithoutAntialiasing);
        ClassNames names = ClassNames.ReadBeside(weights);
        using Engine engine = Engine.Open(device);
        Print(VggClassifier.Classify(engine, weights, picture.Rgb), names, json, streams.Output);
        return ExitCode.Done;
    }

    /// <summary>The likeliest classes as lines (probability, class, name) or as JSON.</summary>
    internal static void Print(float[] probabilities, ClassNames names, bool json, TextWriter output)
    {
        (int Class, string? Name, float Probability)[] best =
        [
            .. probabilities.Select((probability, index) => (index, names[index], probability))
                .OrderByDescending(entry => entry.probability) // Stable: of equals, the lower class first.
                .Take(Top),
        ];
        if (json)
        {
            output.WriteLine(ToJson(best));
            return;
        }
        foreach ((int index, string? name, float probability) in best)
            output.WriteLine($"{probability:F6}  {index,3}  {name}".TrimEnd());
    }

    private static string ToJson(IEnumerable<(int Class, string? Name, float Probability)> best) => JsonText.Of(json =>
    {
        json.WriteStartArray();
        foreach ((int index, string? name, float probability) in best)
        {
            json.WriteStartObject();
            json.WriteNumber("class", index);
            if (name is not null)
                json.WriteString("name", name);
            json.WriteNumber("probability", probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
