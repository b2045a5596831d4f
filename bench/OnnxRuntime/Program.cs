using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;
using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Pictures;
using Microsoft.ML.OnnxRuntime;

// Times a network's forward pass against ONNX Runtime's on the same file, in turns: NETWORK.onnx [SIDE [ROUNDS]], a
// picture of SIDE × SIDE, 1024 unless given, ROUNDS times each, 7 unless given. Prints the least times in milliseconds
// and their ratio, then what each of our kernels takes. ONNX Runtime has as many threads as the machine has processors;
// our time includes the copies to the device and back.
string path = args[0];
int side = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1024;
int rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 7;
var random = new Random(1);
float[] picture = new float[3 * side * side];
for (int i = 0; i < picture.Length; i++)
    picture[i] = random.Next(256);

using Engine engine = Engine.Open();
using var forward = new NetworkForward(engine, NetworkFile.Read(path));
using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
using var session = new InferenceSession(path, options);
using OrtValue input = OrtValue.CreateTensorValueFromMemory(picture, [1, 3, side, side]);
using var runOptions = new RunOptions();

double ours = double.MaxValue;
double peers = double.MaxValue;
for (int round = 0; round <= rounds; round++)
{
    double oursNow = Milliseconds(() => forward.Run(new RgbPicture(side, side, picture)));
    double peersNow = Milliseconds(
        () => session.Run(runOptions, session.InputNames, [input], session.OutputNames).Dispose());
    // The first round compiles kernels and plans memory.
    if (round == 0)
        continue;
    ours = Math.Min(ours, oursNow);
    peers = Math.Min(peers, peersNow);
}
Print($"{side}×{side}: {ours:F1} ms, ONNX Runtime {peers:F1} ms, ratio {ours / peers:F2}");
IReadOnlyList<LaunchRecord> launches = engine.Profile(() => forward.Run(new RgbPicture(side, side, picture)));
foreach (IGrouping<string, LaunchRecord> kernel in launches.GroupBy(launch => launch.Kernel)
    .OrderByDescending(kernel => kernel.Sum(launch => launch.Duration.TotalSeconds)))
{
    double seconds = kernel.Sum(launch => launch.Duration.TotalSeconds);
    double gigaflops = kernel.Sum(launch => launch.FloatingPointOperations) / seconds / 1e9;
    double gigabytes = kernel.Sum(launch => launch.Bytes) / seconds / 1e9;
    string rates = string.Create(CultureInfo.InvariantCulture, $"{gigaflops,7:F1} GFLOP/s {gigabytes,6:F1} GB/s");
    Print($"{1e3 * seconds,8:F1} ms {kernel.Count(),5} launches {rates}  {kernel.Key}");
}

static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

static double Milliseconds(Action action)
{
    var clock = Stopwatch.StartNew();
    action();
    return clock.Elapsed.TotalMilliseconds;
}
