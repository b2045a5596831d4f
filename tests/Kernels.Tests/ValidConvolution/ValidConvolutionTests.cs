using IlgpuStyle.Kernels.ValidConvolution;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.ValidConvolution;

[Collection(TestDevice.Collection)]
public sealed class ValidConvolutionTests(TestDevice device) : IDisposable
{
    /// <summary>
    /// Bound on the relative L2 error of sums in single precision against double.
    /// </summary>
    private const double Error = 2e-6;

    private readonly Engine _engine = device.Engine;
    private readonly DeviceClass _ownClass = device.Engine.Class;

    /// <summary>
    /// The channels and kernels of style networks and others, on maps of odd sizes: rests of tiles, an input that the
    /// stride does not use up, one output pixel.
    /// </summary>
    public static TheoryData<int, int, int, int, int, int, DeviceClass> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, int, int, int, DeviceClass>();
            foreach ((int height, int width, int inputs, int outputs, int kernel, int stride) in
                ((int, int, int, int, int, int)[])
                [
                    (13, 43, 3, 16, 9, 1), (17, 61, 3, 16, 9, 1), (11, 40, 16, 3, 9, 1), (20, 65, 16, 3, 9, 1),
                    (9, 67, 16, 32, 3, 2), (12, 68, 16, 32, 3, 2), (11, 55, 32, 64, 3, 2), (8, 30, 32, 64, 3, 2),
                    (7, 19, 64, 64, 3, 1), (6, 26, 64, 64, 3, 1), (5, 15, 64, 32, 3, 1), (9, 58, 32, 16, 3, 1),
                    (6, 31, 5, 5, 3, 1), (7, 33, 5, 5, 3, 2), (12, 14, 5, 16, 9, 2), (3, 3, 64, 32, 3, 1),
                    (4, 4, 3, 3, 3, 2), (9, 9, 3, 16, 9, 1), (5, 7, 32, 3, 1, 1), (7, 40, 40, 24, 3, 1),
                    (6, 45, 16, 48, 3, 3), (3, 80, 8, 12, 2, 2), (2, 2, 1, 1, 1, 1), (41, 4, 16, 32, 3, 1),
                    (4, 5, 3, 8, 3, 1), (9, 9, 3, 3, 9, 1), (5, 6, 8, 64, 2, 1), (5, 8, 3, 16, 3, 2), (4, 4, 16, 3, 2, 1),
                    (10, 42, 3, 32, 9, 1), (10, 42, 32, 3, 9, 1), (7, 31, 17, 3, 3, 2), (7, 55, 16, 32, 1, 2), (40, 12, 32, 32, 3, 1),
                ])
            {
                if (!TestDevice.Affords((long)kernel * kernel * height * width * inputs * outputs / stride / stride))
                    continue;
                foreach (DeviceClass forms in (DeviceClass[])[DeviceClass.Cpu, DeviceClass.Gpu])
                    cases.Add(height, width, inputs, outputs, kernel, stride, forms);
            }
            return cases;
        }
    }

    public void Dispose() => _engine.Class = _ownClass;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_agrees_with_definition(
        int height, int width, int inputs, int outputs, int kernel, int stride, DeviceClass forms)
    {
        var data = new ValidConvolutionCase(height, width, inputs, outputs, kernel, stride);
        _engine.Class = forms;
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using DeviceArray weights = Weights(data);
        using DeviceArray bias = Bias(data.Bias);
        using Tensor output = device.Poisoned(data.Shape.Output);
        new ValidConvolutionForward(_engine).Launch(input, weights, bias, output, kernel, stride);
        AssertClose(data.Output(), output.ToArray());
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_to_the_input_agrees_with_definition(
        int height, int width, int inputs, int outputs, int kernel, int stride, DeviceClass forms)
    {
        var data = new ValidConvolutionCase(height, width, inputs, outputs, kernel, stride);
        _engine.Class = forms;
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using DeviceArray weights = Weights(data);
        using Tensor gradOutput = device.Upload(data.Shape.Output, data.OutputGradient);
        using Tensor gradInput = device.Poisoned(data.Shape.Input);
        var backward = new ValidConvolutionBackwardInput(_engine);

        backward.Launch(gradOutput, weights, gradInput, null, GradientWrite.Assign, kernel, stride);
        float[] once = gradInput.ToArray();
        AssertClose(data.InputGradient(), once);
        backward.Launch(gradOutput, weights, gradInput, null, GradientWrite.Add, kernel, stride);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradInput.ToArray());

        TestDevice.Poison(gradInput);
        backward.Launch(gradOutput, weights, gradInput, input, GradientWrite.Assign, kernel, stride);
        float[] masked = [.. once.Select((value, i) => data.Input[i] > 0 ? value : 0)];
        Assert.Equal(masked, gradInput.ToArray());
        BorderTests.AssertBorderIsZero(gradInput);
    }

    /// <summary>The gradients add to those that are there, as over a batch.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_to_the_weights_and_the_bias_agrees_with_definition(
        int height, int width, int inputs, int outputs, int kernel, int stride, DeviceClass forms)
    {
        var data = new ValidConvolutionCase(height, width, inputs, outputs, kernel, stride);
        _engine.Class = forms;
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using Tensor gradOutput = device.Upload(data.Shape.Output, data.OutputGradient);
        using DeviceArray gradWeights = device.Upload(
            ValidConvolutionShape.FromOihw(data.OldWeightGradient, inputs, outputs, kernel));
        using DeviceArray gradBias = Bias(data.OldBiasGradient);
        new ValidConvolutionBackwardWeights(_engine).Launch(input, gradOutput, gradWeights, kernel, stride);
        new PixelSum(_engine).Launch(gradOutput, gradBias);
        float[] stored = gradWeights.ToArray();
        float[] gradient = ValidConvolutionShape.ToOihw(stored, inputs, outputs, kernel);
        AssertClose(data.WeightGradient(), gradient);
        Assert.Equal(stored, ValidConvolutionShape.FromOihw(gradient, inputs, outputs, kernel)); // Padding is zero.
        AssertClose(data.BiasGradient(), gradBias.ToArray()[..outputs]);
        Assert.All(gradBias.ToArray()[outputs..], value => Assert.Equal(0, value));
    }

    /// <summary>What sizes get that no fast form takes, and what those are measured against.</summary>
    [Theory]
    [InlineData(5, 4, 3, 5, 3, 1)]
    [InlineData(6, 5, 2, 3, 3, 2)]
    [InlineData(4, 6, 1, 2, 2, 3)]
    public void Plain_forms_agree_with_definition(
        int height, int width, int inputs, int outputs, int kernel, int stride)
    {
        var data = new ValidConvolutionCase(height, width, inputs, outputs, kernel, stride);
        var plain = new PlainValidConvolution(_engine);
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using DeviceArray weights = Weights(data);
        using DeviceArray bias = Bias(data.Bias);
        using Tensor output = device.Poisoned(data.Shape.Output);
        plain.Forward(input, weights, bias, output, data.Shape);
        AssertClose(data.Output(), output.ToArray());

        using Tensor gradOutput = device.Upload(data.Shape.Output, data.OutputGradient);
        using Tensor gradInput = device.Poisoned(data.Shape.Input);
        plain.BackwardInput(gradOutput, weights, gradInput, null, GradientWrite.Assign, data.Shape);
        AssertClose(data.InputGradient(), gradInput.ToArray());
        BorderTests.AssertBorderIsZero(gradInput);

        using DeviceArray gradWeights = device.Upload(
            ValidConvolutionShape.FromOihw(data.OldWeightGradient, inputs, outputs, kernel));
        plain.BackwardWeights(input, gradOutput, gradWeights, data.Shape);
        AssertClose(
            data.WeightGradient(), ValidConvolutionShape.ToOihw(gradWeights.ToArray(), inputs, outputs, kernel));
    }

    [Fact]
    public void Steady_launches_neither_allocate_nor_wait()
    {
        var data = new ValidConvolutionCase(9, 40, 16, 32, 3, 2);
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using DeviceArray weights = Weights(data);
        using DeviceArray bias = Bias(data.Bias);
        using Tensor output = device.Poisoned(data.Shape.Output);
        var forward = new ValidConvolutionForward(_engine);
        var backwardInput = new ValidConvolutionBackwardInput(_engine);
        var backwardWeights = new ValidConvolutionBackwardWeights(_engine);
        using var backwardBias = new PixelSum(_engine);
        Step();
        (long allocations, long waits) = (_engine.AllocationCount, _engine.SynchronizationCount);
        Step();
        Assert.Equal((allocations, waits), (_engine.AllocationCount, _engine.SynchronizationCount));

        void Step()
        {
            forward.Launch(input, weights, bias, output, 3, 2);
            backwardWeights.Launch(input, output, weights, 3, 2);
            backwardBias.Launch(output, bias);
            backwardInput.Launch(output, weights, input, null, GradientWrite.Add, 3, 2);
        }
    }

    /// <summary>Maps that need more and less of it, by turns.</summary>
    [Fact]
    public void The_workspace_grows_to_the_largest_need_that_is_foretold()
    {
        using Engine engine = TestDevice.Open();
        var needs = new List<SharedScratch>();
        long bytes = 0;
        foreach ((int side, int inputs, int outputs, int kernel, int stride) in ((int, int, int, int, int)[])
            [(40, 3, 16, 9, 1), (70, 32, 64, 3, 2), (60, 16, 3, 9, 1), (36, 64, 64, 3, 1)])
        {
            var shape = new ValidConvolutionShape(new TensorShape(side, side, inputs), outputs, kernel, stride);
            using Tensor input = engine.AllocateTensor("in", shape.Input);
            using Tensor output = engine.AllocateTensor("out", shape.Output);
            using DeviceArray weights = engine.AllocateArray("weights", shape.WeightLength);
            using DeviceArray bias = engine.AllocateArray("bias", shape.OutputPitch);
            long before = engine.AllocatedBytes;
            new ValidConvolutionForward(engine).Launch(input, weights, bias, output, kernel, stride);
            new ValidConvolutionBackwardWeights(engine).Launch(input, output, weights, kernel, stride);
            engine.Get(e => new PixelSum(e)).Launch(output, bias);
            new ValidConvolutionBackwardInput(engine).Launch(
                output, weights, input, null, GradientWrite.Add, kernel, stride);
            bytes += engine.AllocatedBytes - before;
            needs.AddRange(ValidConvolutionForward.Scratch(engine, shape));
            needs.AddRange(ValidConvolutionBackwardWeights.Scratch(engine, shape));
            needs.Add(PixelSum.Scratch(shape.Output));
            needs.AddRange(ValidConvolutionBackwardInput.Scratch(engine, shape));
        }
        long ones = SharedScratch.Total(SharedScratch.Common.Where(scratch => scratch.Name == nameof(Ones)));
        Assert.Equal(SharedScratch.Total(needs) + ones, bytes);
    }

    [Fact]
    public void Wrong_sizes_are_named()
    {
        var data = new ValidConvolutionCase(9, 10, 3, 16, 3, 2);
        using Tensor input = device.Upload(data.Shape.Input, data.Input);
        using DeviceArray weights = Weights(data);
        using DeviceArray bias = Bias(data.Bias);
        using Tensor output = device.Poisoned(data.Shape.Output);
        var forward = new ValidConvolutionForward(_engine);
        Assert.Equal(
            "ValidConvolutionForward: 'test' is 4×4×16, but 7×8×16 is needed.",
            Assert.Throws<ArgumentException>(() => forward.Launch(input, weights, bias, output, 3, 1)).Message);
        Assert.Equal(
            "ValidConvolutionForward: 'test' has 16 elements, but 432 are needed.",
            Assert.Throws<ArgumentException>(() => forward.Launch(input, bias, bias, output, 3, 2)).Message);
        Assert.Equal(
            "ValidConvolutionForward: a kernel of 11×11 does not fit into 9×10×3.",
            Assert.Throws<ArgumentException>(() => forward.Launch(input, weights, bias, output, 11, 2)).Message);
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        double error = Closeness.RelativeL2(expected, actual);
        Assert.True(error <= Error, $"The relative L2 error is {error:g3}; {Error:g3} is allowed.");
    }

    private DeviceArray Weights(ValidConvolutionCase data) => device.Upload(ValidConvolutionShape.FromOihw(
        data.Weights, data.Shape.Input.Channels, data.Shape.OutputChannels, data.Shape.Kernel));

    private DeviceArray Bias(float[] values)
    {
        float[] padded = new float[ValidConvolutionShape.Padded(values.Length)];
        values.CopyTo(padded, 0);
        return device.Upload(padded);
    }
}
