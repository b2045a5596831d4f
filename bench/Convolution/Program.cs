using System.Diagnostics;
using System.Globalization;
using IlgpuStyle.Benchmarks.Convolution;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Ceiling;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Kernels.Gram;

// Times VGG19's convolutions and Gram matrices at the size of one picture, form by form, on the engine's device: dotnet
// run -c Release --project bench/Convolution -- [WIDTHxHEIGHT] [auto|direct|winograd …|trained] trained: those of a
// style network of 16-32-64 channels instead, with the gradients of weights and bias. Times are processor time over
// the number of cores on a CPU, so that other programs on the machine do not count, and time on the device elsewhere;
// the best of five. Percentages: the FLOP of the definition, 2 · 9 · C · K · H · W, per time, over the device's
// measured multiply-add ceiling; Winograd's can pass 100.
string? size = args.FirstOrDefault(argument => argument.Contains('x', StringComparison.Ordinal));
(int width, int height) = Size(size ?? "600x400");
bool isTrained = args.Contains("trained");
ConvolutionForm[] forms = [.. args
    .Where(argument => argument != "trained" && !argument.Contains('x', StringComparison.Ordinal))
    .Select(argument => Enum.Parse<ConvolutionForm>(argument, ignoreCase: true))];
if (forms.Length == 0)
    forms = [ConvolutionForm.Direct, ConvolutionForm.Winograd];

(int Inputs, int Outputs, int Halvings)[] layers =
[
    (3, 64, 0), (64, 64, 0), (64, 128, 1), (128, 128, 1), (128, 256, 2), (256, 256, 2), (256, 512, 3), (512, 512, 3),
    (512, 512, 4),
];
using Engine engine = Engine.Open();
var ceiling = new FmaCeiling(engine);
using DeviceArray ceilingResult = ceiling.AllocateResult();
double gigaflops = ceiling.Flop / Time(() => ceiling.Launch(ceilingResult)) / 1e9;
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"{engine.Device.Name}: {gigaflops:f0} GFLOP/s on registers"));
if (isTrained)
{
    TrainedLayers.Time(engine, width, height, gigaflops, Time, Random, Values);
    return;
}
foreach ((int inputs, int outputs, int halvings) in layers)
{
    var inputShape = new TensorShape(height >> halvings, width >> halvings, inputs);
    TensorShape outputShape = inputShape with { Channels = outputs };
    using Tensor input = Random(inputShape);
    using Tensor output = engine.AllocateTensor("output", outputShape);
    using Tensor gradOutput = Random(outputShape);
    using Tensor gradInput = engine.AllocateTensor("gradient", inputShape);
    double flop = 18.0 * inputs * outputShape.Length;
    var line = new System.Text.StringBuilder($"{inputs,4} → {outputs,3}  {inputShape.Width,4}×{inputShape.Height,-4}");
    foreach (ConvolutionForm form in forms)
    {
        using ConvolutionWeights weights = ConvolutionWeights.Upload(
            engine, "layer", Values(9 * inputs * outputs), Values(outputs), inputs, outputs, form);
        double forward = Time(() => new ConvolutionForward(engine).Launch(input, weights, output));
        double backward = Time(() => new ConvolutionBackwardInput(engine).Launch(
            gradOutput, weights, gradInput, inputs == 3 ? null : input, GradientWrite.Assign));
        line.Append(CultureInfo.InvariantCulture,
            $" | {form,8} {forward * 1e3,5:f1} ms {flop / forward / 1e7 / gigaflops,4:f0} %, "
            + $"backward {backward * 1e3,5:f1} ms {flop / backward / 1e7 / gigaflops,4:f0} %");
    }
    if (inputs != outputs)
    {
        using DeviceArray gram = engine.AllocateArray("gram", outputs * outputs);
        double forward = Time(() => new GramForward(engine).Launch(output, gram, 1e-6f));
        double backward = Time(() => new GramBackward(engine).Launch(
            output, gram, 1e-6f, gradOutput, output, GradientWrite.Assign));
        line.Append(
            CultureInfo.InvariantCulture, $" | Gram {forward * 1e3,5:f1} ms, backward {backward * 1e3,5:f1} ms");
    }
    Console.WriteLine(line);
}

double Time(Action launch)
{
    launch();
    engine.Synchronize();
    double best = double.MaxValue;
    for (int i = 0; i < 5; i++)
    {
        if (engine.Class == DeviceClass.Cpu)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            launch();
            engine.Synchronize();
            TimeSpan spent = Process.GetCurrentProcess().TotalProcessorTime - before;
            best = Math.Min(best, spent.TotalSeconds / engine.Device.Multiprocessors);
        }
        else
        {
            best = Math.Min(best, engine.Profile(launch).Sum(record => record.Duration.TotalSeconds));
        }
    }
    return best;
}

Tensor Random(TensorShape shape)
{
    Tensor tensor = engine.AllocateTensor("values", shape);
    tensor.CopyFrom(Values((int)shape.Length));
    return tensor;
}

static float[] Values(int count)
{
    var random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++)
        values[i] = random.NextSingle() - 0.3f;
    return values;
}

static (int Width, int Height) Size(string text)
{
    string[] sides = text.Split('x');
    return (int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture));
}
