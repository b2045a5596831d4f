using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Output;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.App.Text;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Ceiling;
using IlgpuStyle.Kernels.Ptx;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary>
/// <c>ilgpustyle profile</c>: the kernels of a step, timed on the device and held against its roofline.
/// </summary>
internal sealed class ProfileCommand
{
    private const int DefaultSteps = 3;

    private readonly RecipeOptions _recipe = new(defaultPreset: Presets.Keras.Name);
    private readonly Option<RequestedSize?> _size = SizeOption.Create();

    private readonly Option<int?> _steps = Numbers.Whole(
        "--iterations", $"Steps that are averaged, after one to warm up. Default: {DefaultSteps}.", least: 1)
        .About(Subject.Result, isNeededFirst: true);

    private readonly Option<string?> _kernel = new Option<string?>("--kernel")
    {
        Description = "Show only kernels whose name contains this. Default: all.",
        HelpName = "NAME",
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<string?> _emitPtx = new Option<string?>("--emit-ptx")
    {
        Description = "Instead write the PTX of every GPU kernel into this folder; needs no GPU. Default: none.",
        HelpName = "DIR",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<string> _architecture = new Option<string>("--arch")
    {
        Description = "The architecture that --emit-ptx writes for.",
        HelpName = "SM",
        DefaultValueFactory = _ => "sm_80",
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<bool> _json = new Option<bool>("--json")
    {
        Description = "Print JSON. Default: a table.",
    }.About(Subject.Result, isNeededFirst: true);
    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();
    private readonly Option<string> _weights = WeightsOption.Create("synthetic");
    private readonly Option<string> _device = DeviceOption.Create();

    public static Command Create()
    {
        var profile = new ProfileCommand();
        var command = new Command(
            "profile",
            "Time the kernels of one step at one scale, and compare them with what the device can do.");
        profile._recipe.AddStepTo(command);
        command.Add(profile._steps);
        command.Add(profile._size);
        command.Add(profile._maxMemory);
        command.Add(profile._kernel);
        command.Add(profile._json);
        command.Add(profile._emitPtx);
        command.Add(profile._architecture);
        command.Add(profile._weights);
        command.Add(profile._device);
        command.SetAction(parsed => (int)profile.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        if (parsed.GetValue(_emitPtx) is string folder)
            return EmitPtx(folder, parsed.GetRequiredValue(_architecture), parsed.InvocationConfiguration.Output);
        if (parsed.GetResult(_architecture) is { Implicit: false })
            throw new UsageException("--arch needs --emit-ptx DIR, whose PTX it is for.");
        TextWriter error = parsed.InvocationConfiguration.Error;
        Recipe recipe = _recipe.Resolve(parsed);
        int steps = parsed.GetValue(_steps) ?? DefaultSteps;
        PictureSize size = RequestedSize.OfContent(parsed.GetValue(_size), recipe.Size, SamplePictures.Content.Size);
        PreparedPictures.RequireUsable(recipe, "The picture", size, "--size");
        RgbPicture content = Resampling.Resize(SamplePictures.Content, size, recipe.Filter).Opaque();
        RgbPicture style = Resampling.Resize(SamplePictures.Style, size, recipe.Filter).Opaque();
        using Engine engine = Engine.Open(parsed.GetRequiredValue(_device));
        error.WriteLine(
            $"device: {engine.Device.Name} ({engine.Device.Api}); preset {recipe.Name} at {size}, "
            + $"mean of {Counted.Of(steps, "step")}");
        VggWeights weights = WeightsOption.Load(
            parsed.GetRequiredValue(_weights), recipe.DeepestLayer(), seed: 0, error.WriteLine);
        DeviceCeilings ceilings = DeviceCeilings.Measure(engine);
        // Whichever picture the recipe starts from, its steps are the same launches.
        ScalePictures[] scales = [new ScalePictures(content, [new StylePicture(style)], Start: style)];
        using var job = new StyleTransferJob(
            engine, weights, recipe, scales,
            maxMemoryBytes: MaxMemoryOption.DeviceBytes(parsed.GetValue(_maxMemory), engine.Device.Class, scales));
        ProfileTable table = ProfileTable.Create(job.Profile(steps), steps, parsed.GetValue(_kernel), ceilings);
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? table.ToJson() : table.ToString());
        return ExitCode.Done;
    }

    private static ExitCode EmitPtx(string folder, string architecture, TextWriter output)
    {
        try
        {
            foreach (string path in PtxEmitter.Emit(folder, architecture))
                output.WriteLine(path);
            return ExitCode.Done;
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--arch: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--emit-ptx '{folder}' cannot be written to: {exception.Message}");
        }
    }
}
