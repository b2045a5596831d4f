using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.StyleTransfer.Scores;
using IlgpuStyle.Vgg;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle evaluate</c>: a picture's losses as JSON, its gradient as .npy.</summary>
internal sealed class EvaluateCommand
{
    private readonly PictureOptions _pictures = new();

    private readonly Option<string?> _image = new Option<string?>("--image")
    {
        Description = "The picture to judge, resized to the content's size. Default: the preset's start.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Pictures, isNeededFirst: true);

    private readonly Option<string?> _gradient = new Option<string?>("--gradient")
    {
        Description = "Write the gradient of the loss with respect to the preset's picture variable: H×W×3 float32. "
            + "Default: none.",
        HelpName = "FILE.npy",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<bool> _scores = new Option<bool>("--scores")
    {
        Description = "Also print how near the picture of --image is to content and style, whatever the preset: content "
            + "distance and similarity, style effect and distance, edges and noise, each also scaled from 0, the "
            + "untouched content, to 1, the style itself. Default: losses alone.",
    }.About(Subject.Result, isNeededFirst: true);

    public static Command Create()
    {
        var evaluate = new EvaluateCommand();
        var command = new Command("evaluate", "Print a picture's losses as JSON.");
        evaluate._pictures.AddTo(command);
        command.Add(evaluate._image);
        command.Add(evaluate._gradient);
        command.Add(evaluate._scores);
        command.SetAction(parsed => (int)evaluate.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string? gradientPath = parsed.GetValue(_gradient);
        string? imagePath = parsed.GetValue(_image);
        bool scores = parsed.GetValue(_scores);
        if (scores && imagePath is null)
            throw new UsageException("--scores judges a picture: give it with --image.");
        if (gradientPath is not null)
        {
            DistinctFiles.Require(
                imagePath is null
                    ? _pictures.Inputs(parsed)
                    : _pictures.Inputs(parsed).Append(new NamedFile(_image.Name, imagePath)),
                [new NamedFile(_gradient.Name, gradientPath)]);
            AtomicFile.CheckWritable(gradientPath);
        }
        Recipe recipe = ResultScores.Precise(_pictures.Recipe(parsed));
        PreparedPictures pictures = _pictures.Load(parsed, recipe, error.WriteLine);
        Picture? image = imagePath is null
            ? null
            : PictureFile.LoadVisible(imagePath, minimumSide: 1, error.WriteLine);
        foreach (string line in pictures.Descriptions)
            error.WriteLine(line);
        using Engine engine = Engine.Open(_pictures.Device(parsed));
        VggWeights weights = WeightsOption.Load(
            _pictures.Weights(parsed),
            Vgg19.Deeper(recipe.DeepestLayer(), scores ? PictureScores.DeepestLayer : recipe.DeepestLayer()),
            _pictures.Seed(parsed), error.WriteLine);
        using var job = new StyleTransferJob(engine, weights, recipe, pictures.Scales, _pictures.Seed(parsed));
        Evaluation evaluation = job.Evaluate(image is null ? null : pictures.Resize(image, pictures.ContentSize));
        parsed.InvocationConfiguration.Output.WriteLine(ToJson(
            evaluation, scores ? ResultScores.Of(engine, weights, recipe, pictures, image!) : null));
        if (gradientPath is not null)
        {
            NpyWriter.Write(
                gradientPath, evaluation.Gradient, pictures.ContentSize.Height, pictures.ContentSize.Width, 3);
        }
        return ExitCode.Done;
    }

    private static string ToJson(Evaluation evaluation, PictureScores? scores) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("loss", evaluation.Losses.Total);
        json.WriteNumber("content", evaluation.Losses.Content);
        json.WriteNumber("style", evaluation.Losses.Style);
        json.WriteNumber("total_variation", evaluation.Losses.TotalVariation);
        json.WriteStartObject("layers");
        foreach ((string layer, double value) in evaluation.StyleByLayer)
            json.WriteNumber(layer, value);
        json.WriteEndObject();
        if (scores is not null)
        {
            json.WriteStartObject("scores");
            Write("content_distance", scores.ContentDistance);
            Write("content_similarity", scores.ContentSimilarity);
            Write("style_effect", scores.StyleEffect);
            Write("style_distance", scores.StyleDistance);
            Write("edges", scores.Edges);
            Write("noise", scores.Noise);
            json.WriteEndObject();
        }
        json.WriteEndObject();

        void Write(string name, Score score)
        {
            json.WriteStartObject(name);
            WriteFinite("value", score.Value);
            WriteFinite("scaled", score.Scaled);
            json.WriteEndObject();
        }

        void WriteFinite(string name, double value)
        {
            // Of a content without any variation, or one that is its style.
            if (double.IsFinite(value))
                json.WriteNumber(name, value);
            else
                json.WriteNull(name);
        }
    });
}
