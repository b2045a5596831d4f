using System.Globalization;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.ValidConvolution;

namespace IlgpuStyle.Benchmarks.Convolution;

/// <summary>The convolutions of a style network, at a picture's size: forward and the three gradients.</summary>
internal static class TrainedLayers
{
    private static readonly (string Name, int Inputs, int Outputs, int Kernel, int Stride, int Divisor)[] Layers =
    [
        ("c9s1-16", 3, 16, 9, 1, 1), ("d32", 16, 32, 3, 2, 2), ("d64", 32, 64, 3, 2, 4), ("R64", 64, 64, 3, 1, 4),
        ("u32", 64, 32, 3, 1, 2), ("u16", 32, 16, 3, 1, 1), ("c9s1-3", 16, 3, 9, 1, 1),
    ];

    /// <summary>A line for each layer.</summary>
    public static void Time(
        Engine engine, int width, int height, double gigaflops, Func<Action, double> time,
        Func<TensorShape, Tensor> random, Func<int, float[]> values)
    {
        foreach ((string name, int inputs, int outputs, int kernel, int stride, int divisor) in Layers)
        {
            var output = new TensorShape(height / divisor, width / divisor, outputs);
            var shape = new ValidConvolutionShape(
                new TensorShape((output.Height - 1) * stride + kernel, (output.Width - 1) * stride + kernel, inputs),
                outputs, kernel, stride);
            using Tensor x = random(shape.Input);
            using Tensor y = engine.AllocateTensor("output", shape.Output);
            using Tensor gradOutput = random(shape.Output);
            using Tensor gradInput = engine.AllocateTensor("gradient", shape.Input);
            using DeviceArray weights = engine.AllocateArray("weights", shape.WeightLength);
            using DeviceArray bias = engine.AllocateArray("bias", shape.OutputPitch);
            weights.CopyFrom(values(shape.WeightLength));
            double flop = 2.0 * kernel * kernel * inputs * shape.Output.Length;
            Console.WriteLine($"{name,8} {inputs,3} → {outputs,3}  {output.Width,4}×{output.Height,-4}"
                + Part("forward", () => new ValidConvolutionForward(engine).Launch(
                    x, weights, bias, y, kernel, stride))
                + Part("to input", () => new ValidConvolutionBackwardInput(engine).Launch(
                    gradOutput, weights, gradInput, null, GradientWrite.Assign, kernel, stride))
                + Part("weights", () => new ValidConvolutionBackwardWeights(engine).Launch(
                    x, gradOutput, weights, kernel, stride))
                + Part("bias", () => engine.Get(e => new PixelSum(e)).Launch(gradOutput, bias)));

            string Part(string pass, Action launch)
            {
                double seconds = time(launch);
                double share = pass == "bias" ? 0 : flop / seconds / 1e7 / gigaflops;
                return string.Create(
                    CultureInfo.InvariantCulture, $" | {pass} {seconds * 1e3,6:f2} ms {share,3:f0} %");
            }
        }
    }
}
