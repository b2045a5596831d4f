using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuStyle.App.Errors;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>
/// Every recipe on CUDA has the losses that it has on OpenCL. Run where ILGPUSTYLE_TEST_DEVICE is "cuda".
/// </summary>
[Collection(CommandFiles.Collection)]
public sealed class CudaCommandTests(CommandFiles files)
{
    private const double Tolerance = 1e-5;

    /// <summary>
    /// Behind the first loss of L-BFGS, whose curvature pairs are differences that float32 nearly cancels:
    /// docs/decisions/0007-tolerances.md has PyTorch's, 2.4e-2 and more.
    /// </summary>
    private const double LbfgsTolerance = 1e-2;

    /// <summary>Behind Adam's first steps, which are a gradient over its own size, however small.</summary>
    private const double AdamTolerance = 3e-4;

    /// <summary>Options of a run beside its preset.</summary>
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>
            {
                { "balanced", "--style-mask MASK" },
                { "balanced", "--coarsest 32" },
                { "balanced", "--optimizer lbfgs" },
                { "tensorflow", "--optimizer lbfgs-wolfe" },
            };
            // A maximum that rounding tips is another run at once, in pictures as small as these.
            foreach (string preset in Presets.All.Select(preset => preset.Name))
                runs.Add(preset, preset == "keras" ? "--pooling average" : "");
            return runs;
        }
    }

    [CudaTheory]
    [MemberData(nameof(Runs))]
    public void A_run_has_the_losses_that_it_has_on_opencl(string preset, string options)
    {
        double[] expected = Losses("opencl", preset, options);
        double[] actual = Losses("cuda", preset, options);
        Assert.Equal(expected.Length, actual.Length);
        AssertClose(expected[0], actual[0]);
        double tolerance = options.Contains("lbfgs", StringComparison.Ordinal)
            ? LbfgsTolerance
            : Presets.Find(preset).Optimizer switch
            {
                LbfgsSettings => LbfgsTolerance,
                AdamSettings => AdamTolerance,
                _ => Tolerance,
            };
        Assert.All(expected.Zip(actual), pair => AssertClose(pair.First, pair.Second, tolerance));
    }

    [CudaTheory]
    [InlineData("balanced")]
    public void A_run_that_recomputes_has_the_losses_that_it_has_on_opencl(string preset)
    {
        double[] expected = Losses("opencl", preset, "");
        string told = Run("cuda", preset, "");
        // Sharing memory comes first.
        while (!told.Contains("recomputing", StringComparison.Ordinal))
            told = Run("cuda", preset, $"--max-memory {DeviceMemory(told) - 1}");
        Assert.All(expected.Zip(LoggedLosses("cuda")), pair => AssertClose(pair.First, pair.Second));
    }

    [CudaTheory]
    [InlineData("block3_conv2", "--convolution winograd")]
    [InlineData("block5_conv1", "")]
    public void Features_are_those_of_opencl(string layer, string options)
    {
        double[] expected = Features("opencl", layer, options);
        double[] actual = Features("cuda", layer, options);
        double error = Closeness.RelativeL2(expected, [.. actual.Select(value => (float)value)]);
        Assert.True(error <= Tolerance, $"Relative L2 error {error:g3}, {Tolerance:g3} is allowed.");
    }

    [CudaTheory]
    [InlineData("keras")]
    [InlineData("multiscale")]
    public void Evaluate_has_the_losses_that_it_has_on_opencl(string preset) =>
        AssertClose(Evaluation("opencl", preset), Evaluation("cuda", preset));

    /// <summary>The emulated driver loads no kernel where its cache cannot be written.</summary>
    [CudaTheory(Emulated = true)]
    [InlineData("cuda", (int)ExitCode.Device, "ilgpustyle: NVIDIA emulated sm_80 cannot launch ")]
    [InlineData("auto", (int)ExitCode.Done, "weights: ")]
    public void Where_cuda_refuses_kernels_auto_goes_on(string device, int expected, string lastLine)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "ilgpustyle.dll"), "evaluate", .. Arguments(device, "balanced"),
        ])
        {
            RedirectStandardError = true,
        };
        start.Environment["CUDAEMU_CACHE"] = "/dev/null/none";
        start.Environment["CUDAEMU_LOG"] = "/dev/null";
        using Process process = Process.Start(start)!;
        string told = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == expected, told);
        Assert.StartsWith(lastLine, told.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    private static void AssertClose(double expected, double actual, double tolerance = Tolerance) => Assert.True(
        Math.Abs(actual - expected) <= tolerance * expected, $"{actual:g9} on CUDA, {expected:g9} on OpenCL.");

    private double[] Losses(string device, string preset, string options)
    {
        Run(device, preset, options);
        return LoggedLosses(device);
    }

    private double[] LoggedLosses(string device) =>
        [.. File.ReadAllLines(files.PathOf($"{device}.csv")).Skip(1)
            .Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];

    /// <summary>Three steps of stylize, and what they say.</summary>
    private string Run(string device, string preset, string options)
    {
        (ExitCode code, _, string error) = CommandLineAssert.Run(
        [
            "stylize", .. Arguments(device, preset), "--iterations", "3", "--output", files.PathOf("cuda.png"),
            "--log", files.PathOf($"{device}.csv"),
            .. options.Replace("MASK", files.Style, StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        Assert.True(code == ExitCode.Done, error);
        return error;
    }

    private static long DeviceMemory(string told) =>
        long.Parse(Regex.Match(told, "device memory: ([0-9]+) MiB").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private double[] Features(string device, string layer, string options)
    {
        string path = files.PathOf("features.npy");
        CommandLineAssert.Succeeds(
        [
            "features", "--image", files.Content, "--layer", layer, "--output", path, "--weights", files.Weights,
            "--device", device, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        return NpyFile.Load(path).Values;
    }

    private double Evaluation(string device, string preset) =>
        JsonDocument.Parse(CommandLineAssert.Succeeds(["evaluate", .. Arguments(device, preset)]))
            .RootElement.GetProperty("loss").GetDouble();

    private string[] Arguments(string device, string preset) =>
    [
        "--content", files.Content, "--style", files.Style, "--size", "64x48", "--weights", files.Weights,
        "--preset", preset, "--device", device,
    ];
}
