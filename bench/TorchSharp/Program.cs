using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using IlgpuStyle.Benchmarks;
using static TorchSharp.torch;

// Times one `keras` iteration in TorchSharp, forward, backward and SGD step in float32: the computation, the options and
// the output of ../pytorch_peer.py, and the same numbers, since both draw them from LibTorch's generator.
Option<string> size = new("--size") { DefaultValueFactory = _ => "600x400", HelpName = "WxH" };
Option<int> iterations = new("--iterations") { DefaultValueFactory = _ => 5 };
Option<int> threads = new("--threads") { DefaultValueFactory = _ => 2 };
Option<string> memoryFormat = new("--memory-format") { DefaultValueFactory = _ => "contiguous" };
memoryFormat.AcceptOnlyFromAmong("contiguous", "channels-last");
RootCommand command = new("Times one `keras` iteration in TorchSharp") { size, iterations, threads, memoryFormat };
command.SetAction(Run);
return command.Parse(args).Invoke();

int Run(ParseResult options)
{
    if (!NativeLibrary.TryLoad("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null, out _))
    {
        Console.Error.WriteLine("LibTorch does not load here; it needs the libstdc++ of GCC 13, which Debian 13 has.");
        return 1;
    }
    set_num_threads(options.GetRequiredValue(threads));
    int[] sides = [.. options.GetRequiredValue(size).Split('x')
        .Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
    manual_seed(1);
    using Tensor content = randint(0, 256, [sides[1], sides[0], 3]);
    using Tensor style = randint(0, 256, [sides[1], sides[0], 3]);
    var objective = new KerasObjective(content, style, options.GetRequiredValue(memoryFormat) == "channels-last");

    List<double> milliseconds = [];
    List<float> losses = [];
    Tensor variable = KerasObjective.Variable(content);
    for (int t = 0; t < options.GetRequiredValue(iterations); t++)
    {
        long start = Stopwatch.GetTimestamp();
        (float loss, Tensor gradient) = objective.Evaluate(variable);
        using (Tensor last = variable)
        using (gradient)
            variable = last - 100 * Math.Pow(0.96, t / 100.0) * gradient;
        milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        losses.Add(loss);
    }
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        peer = $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}, LibTorch {__version__}",
        size = options.GetRequiredValue(size),
        threads = options.GetRequiredValue(threads),
        memory_format = options.GetRequiredValue(memoryFormat),
        milliseconds,
        losses,
    }));
    return 0;
}
