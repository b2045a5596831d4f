using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle estimate</c>: what a run would take, without making it.</summary>
internal sealed class EstimateCommand
{
    private readonly PictureOptions _pictures = new();
    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();

    private readonly Option<bool> _json = new Option<bool>("--json")
    {
        Description = "Print JSON, one object a size. Default: lines.",
    }.About(Subject.Result, isNeededFirst: true);

    public static Command Create()
    {
        var estimate = new EstimateCommand();
        var command = new Command("estimate", "Say what a run would take: memory, form and time.");
        estimate._pictures.AddTo(command, severalSizes: true);
        command.Add(estimate._maxMemory);
        command.Add(estimate._json);
        command.SetAction(parsed => (int)estimate.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        (Recipe Recipe, PreparedPictures Pictures)[] sizes = [.. _pictures.LoadEach(parsed, error.WriteLine)];
        using Engine engine = Engine.Open(_pictures.Device(parsed));
        VggWeights weights = WeightsOption.Load(
            _pictures.Weights(parsed), sizes[0].Recipe.DeepestLayer(), _pictures.Seed(parsed), error.WriteLine);
        var estimates = new List<(PreparedPictures Pictures, IReadOnlyList<ScaleEstimate> Scales)>();
        foreach ((Recipe recipe, PreparedPictures pictures) in sizes)
        {
            using var job = new StyleTransferJob(
                engine, weights, recipe, pictures.Scales, _pictures.Seed(parsed),
                MaxMemoryOption.DeviceBytes(parsed.GetValue(_maxMemory), engine.Device.Class, pictures.Scales));
            IReadOnlyList<ScaleEstimate> scales = job.Estimate();
            estimates.Add((pictures, scales));
            if (parsed.GetValue(_json))
                continue;
            foreach (ScaleEstimate scale in scales)
            {
                output.WriteLine(
                    $"{scale.Width}×{scale.Height}: "
                    + MemoryText.Of(scale.Plan, engine.Device.Class, pictures.Scales)
                    + $"; {Counted.Of(scale.Iterations, "iteration")} of {scale.TimeOfStep.TotalSeconds:G3} s, "
                    + $"{(scale.Iterations * scale.TimeOfStep).TotalMinutes:G3} min in all");
            }
        }
        if (parsed.GetValue(_json))
            output.WriteLine(ToJson(estimates, engine.Device.Class));
        return ExitCode.Done;
    }

    private static string ToJson(
        IEnumerable<(PreparedPictures Pictures, IReadOnlyList<ScaleEstimate> Scales)> estimates, DeviceClass device) =>
        JsonText.Of(json =>
        {
            json.WriteStartArray();
            foreach ((PreparedPictures pictures, IReadOnlyList<ScaleEstimate> scales) in estimates)
            {
                json.WriteStartObject();
                json.WriteNumber("width", pictures.ContentSize.Width);
                json.WriteNumber("height", pictures.ContentSize.Height);
                json.WriteNumber(
                    "mebibytes", scales.Max(scale => MemoryText.Mebibytes(scale.Plan, device, pictures.Scales)));
                json.WriteNumber("seconds", scales.Sum(scale => (scale.Iterations * scale.TimeOfStep).TotalSeconds));
                json.WriteStartArray("scales");
                foreach (ScaleEstimate scale in scales)
                {
                    json.WriteStartObject();
                    json.WriteNumber("width", scale.Width);
                    json.WriteNumber("height", scale.Height);
                    json.WriteNumber("iterations", scale.Iterations);
                    json.WriteNumber("seconds_per_iteration", scale.TimeOfStep.TotalSeconds);
                    json.WriteString("bands", scale.Plan.Form.Bands?.ToString());
                    json.WriteNumber("recomputed_share", scale.Plan.RecomputedShare);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
}
