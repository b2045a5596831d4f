using System.CommandLine;
using System.Diagnostics;
using IlgpuStyle.App.Apply;
using IlgpuStyle.App.Bulk;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Help;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.App.Text;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle apply</c>: repaints pictures with a network that has learned a style.</summary>
internal sealed class ApplyCommand
{
    private readonly Argument<string> _network = new("STYLE.onnx")
    {
        Description = "A network that 'train' has made, or another fast style network as ONNX.",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly Argument<string[]> _pictures = new("PICTURE")
    {
        Description = "Photographs (PNG or JPEG) of any size; folders and patterns ('in/*.jpg') of them.",
        Arity = ArgumentArity.OneOrMore,
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
    };

    private readonly Option<string> _output = new Option<string>("--output")
    {
        Description = "The result (.png, .jpg or .jpeg); of several pictures the folder of all results, which have "
            + "their pictures' names.",
        HelpName = "FILE",
        Validators = { PathOption.NotEmpty },
        CompletionSources = { PathOption.Pattern },
        Required = true,
    }.About(Subject.Result, isNeededFirst: true);

    private readonly Option<KeptColors?> _keepColors = KeepColorsOption.Create();
    private readonly Option<int?> _jpegQuality = JpegQualityOption.Create();
    private readonly Option<int?> _maxMemory = MaxMemoryOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();
    private readonly Option<bool> _quiet = QuietOption.Create();

    public static Command Create()
    {
        var apply = new ApplyCommand();
        var command = new Command(
            "apply", "Repaint pictures in one pass each, with a network that has learned a style.")
        {
            apply._network, apply._pictures, apply._output, apply._keepColors, apply._jpegQuality, apply._maxMemory,
            apply._device, apply._quiet,
        };
        command.SetAction(parsed => (int)apply.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        KeptColors? keepColors = parsed.GetValue(_keepColors);
        KeepColorsOption.RequireAfter(keepColors);
        (string Picture, string Output)[] jobs = Jobs(
            parsed.GetRequiredValue(_pictures), parsed.GetRequiredValue(_output),
            new NamedFile("STYLE.onnx", parsed.GetRequiredValue(_network)));
        foreach ((string _, string output) in jobs)
            PictureFile.CheckWritable(output);
        if (jobs is [var only])
            JpegQualityOption.RequireFor(parsed.GetValue(_jpegQuality), only.Output);

        void Tell(string line)
        {
            if (!parsed.GetValue(_quiet))
                error.WriteLine(line);
        }

        using var painter = new NetworkPainter(
            parsed.GetRequiredValue(_network), parsed.GetRequiredValue(_device), parsed.GetValue(_maxMemory), Tell)
        {
            KeptColors = keepColors,
            JpegQuality = parsed.GetValue(_jpegQuality) ?? PictureFile.DefaultJpegQuality,
        };
        using var interruption = new Interruption(error, Tell, "leaving out what is not done");
        var clock = Stopwatch.StartNew();
        var failures = new List<string>();
        for (int i = 0; i < jobs.Length; i++)
        {
            (string picture, string output) = jobs[i];
            try
            {
                string what = painter.Paint(picture, output, interruption.Token);
                Tell(jobs.Length == 1 ? what : $"{i + 1} of {jobs.Length}: {what}");
                parsed.InvocationConfiguration.Output.WriteLine(output);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (Exception exception) when (jobs.Length > 1 && Failure.IsExpected(exception))
            {
                failures.Add(Failure.Sentence(exception));
            }
        }
        if (jobs.Length > 1)
        {
            Tell($"{Counted.Of(jobs.Length, "picture")}: {jobs.Length - failures.Count} made in "
                + $"{clock.Elapsed.TotalSeconds:F1} s, {failures.Count} failed");
        }
        foreach (string failure in failures)
            error.WriteLine($"ilgpustyle: {failure}");
        return failures.Count > 0 ? ExitCode.LossGrew : ExitCode.Done;
    }

    /// <summary>Each picture with its result's path; one that is named goes to a file, several go to a folder.</summary>
    private static (string Picture, string Output)[] Jobs(string[] named, string output, NamedFile network)
    {
        string[] pictures =
            [.. named.SelectMany(name => ContentFolder.IsMany(name) ? ContentFolder.Pictures(name) : [name])];
        bool isFile = named is [var one] && !ContentFolder.IsMany(one) && !Directory.Exists(output);
        if (!isFile)
        {
            if (ContentFolder.IsPictureName(output) && !Directory.Exists(output))
            {
                // A word too many is likelier than a wrong output.
                if (named.FirstOrDefault(name => !ContentFolder.IsMany(name) && !File.Exists(name)) is { } missing)
                    throw new UsageException($"'{missing}' is no picture that exists.");
                throw new UsageException(
                    $"--output '{output}' must be a folder for several pictures, not a picture's name.");
            }
            OutputFolder.Create("--output", output);
        }
        (string Picture, string Output)[] jobs =
            [.. pictures.Select(path => (path, isFile ? output : Path.Combine(output, Path.GetFileName(path))))];
        DistinctFiles.Require(
            [network, .. jobs.Select(job => new NamedFile("PICTURE", job.Picture))],
            jobs.Select(job => new NamedFile($"the result of {job.Picture},", job.Output)));
        return jobs;
    }
}
