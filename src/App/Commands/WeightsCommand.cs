using System.CommandLine;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.App.Options;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Commands;

/// <summary><c>ilgpustyle weights</c>: get, make and inspect VGG19's weights.</summary>
internal static class WeightsCommand
{
    public static Command Create() => new("weights", "Get, make or inspect VGG19's weights.")
    {
        CreateDownload(),
        CreateSynthesize(),
        CreateInspect(),
    };

    private static Command CreateDownload()
    {
        var command = new Command(
            "download",
            "Download Keras's VGG19 (76 MiB), resuming an interrupted download; size and MD5 are verified.");
        command.SetAction(parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            string destination = Path.Combine(
                WeightsLocator.FromEnvironment().DownloadFolder, OfficialWeightFile.WithoutTop.FileName);
            using var interruption = new Interruption(
                error, error.WriteLine, "keeping what has arrived for the next attempt");
            using var download = new WeightsDownload { Tell = error.WriteLine };
            try
            {
                download.DownloadAsync(
                    OfficialWeightFile.WithoutTop, destination, DownloadLines.To(error.WriteLine), interruption.Token)
                    .GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                return (int)ExitCode.Interrupted;
            }
            parsed.InvocationConfiguration.Output.WriteLine(destination);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command CreateSynthesize()
    {
        Option<int?> seed = Numbers.Whole("--seed", "Seed of the random numbers. Default: 0.", 0);
        var output = new Option<string>("--output")
        {
            Description = "The file to write, in the layout of Keras's own.",
            HelpName = "FILE.h5",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
            Required = true,
        };
        var command = new Command("synthesize", "Write a VGG19 with seeded random weights that make good pictures.")
        {
            seed, output,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(output);
            AtomicFile.CheckWritable(path);
            VggWeights weights = WeightsOption.DrawSynthetic(parsed.GetValue(seed) ?? 0);
            using AtomicFile file = AtomicFile.Create(path);
            file.WriteByName(temporary => WeightFileWriter.Write(temporary, weights));
            file.Commit();
            parsed.InvocationConfiguration.Output.WriteLine(path);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command CreateInspect()
    {
        var file = new Argument<string>("FILE.h5")
        {
            Description = "A Keras weights file.",
            Validators = { PathOption.NotEmpty },
            CompletionSources = { PathOption.Pattern },
        };
        var command = new Command("inspect", "Say what is in a weights file and whether it can be used.") { file };
        command.SetAction(parsed => (int)Inspect(
            parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static ExitCode Inspect(string path, TextWriter output)
    {
        WeightFileInspection inspection = WeightFileInspection.Inspect(path);
        output.WriteLine($"file      {inspection.Path}");
        output.WriteLine($"size      {inspection.SizeBytes} bytes");
        output.WriteLine($"md5       {inspection.Md5}");
        output.WriteLine($"official  {inspection.Official?.FileName ?? "no: not a file that Keras publishes"}");
        output.WriteLine($"layout    {inspection.Layout.Describe()}");
        foreach (InspectedDataset dataset in inspection.Datasets)
        {
            output.WriteLine(
                $"{dataset.Layer,-14}{dataset.Part,-8}{string.Join('×', dataset.Shape),-14}{dataset.ElementType,-9}"
                + $"{dataset.Minimum,11:G4} to {dataset.Maximum,-11:G4} rms {dataset.Rms,-10:G4}"
                + (dataset.Filters.Count == 0 ? "" : string.Join(", ", dataset.Filters))
                + (dataset.NotFinite == 0 ? "" : $" {dataset.NotFinite} not finite"));
        }
        if (inspection.Problem is not null)
            throw new WeightFileException(inspection.Problem);
        output.WriteLine("usable    yes");
        return ExitCode.Done;
    }
}
