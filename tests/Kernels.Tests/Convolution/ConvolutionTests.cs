using System.Globalization;
using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Convolution;

[Collection(TestDevice.Collection)]
public sealed class ConvolutionTests(TestDevice device) : IDisposable
{
    /// <summary>
    /// Bounds on the relative L2 error of the sums in single precision against double: twice what was measured at most
    /// over these shapes. On a GPU all channels are summed in one run, on a CPU at most 64 products (direct) or 32
    /// (Winograd).
    /// </summary>
    private const double DirectCpuError = 2 * 2.9e-7;
    private const double DirectError = 2 * 1.1e-6;
    private const double WinogradCpuError = 2 * 1.6e-6;
    private const double WinogradGpuError = 2 * 4.1e-6;

    private readonly Engine _engine = device.Engine;
    private readonly DeviceClass _ownClass = device.Engine.Class;
    private readonly int _ownMultiprocessors = device.Engine.Multiprocessors;

    public static TheoryData<string, DeviceClass, ConvolutionForm> FixtureCases
    {
        get
        {
            var cases = new TheoryData<string, DeviceClass, ConvolutionForm>();
            foreach (string name in Fixture.Cases("convolution"))
            {
                if (name.StartsWith("replicate", StringComparison.Ordinal))
                    continue;
                // Named height × width × input channels × output channels.
                IEnumerable<int> sizes = name.Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture));
                if (!TestDevice.Affords(sizes.Aggregate(9L, (product, size) => product * size)))
                    continue;
                foreach ((DeviceClass forms, ConvolutionForm form) in Forms)
                    cases.Add(name, forms, form);
            }
            return cases;
        }
    }

    /// <summary>
    /// VGG19's channels on small maps, and maps that leave rests: of a tile of 12 pixels, of 4×4 outputs, of a share;
    /// of one row, of one column, of one pixel; one whose Winograd weights come in two parts, one whose tiles do, one
    /// of both. The last three lines take every algorithm and tile on maps so small that a simulated device runs them.
    /// </summary>
    public static TheoryData<int, int, int, int, DeviceClass, ConvolutionForm> ShapeCases
    {
        get
        {
            var cases = new TheoryData<int, int, int, int, DeviceClass, ConvolutionForm>();
            foreach ((int height, int width, int inputs, int outputs) in ((int, int, int, int)[])
                [
                    (13, 9, 3, 64), (23, 31, 64, 64), (9, 14, 64, 128), (12, 12, 128, 128), (7, 11, 128, 256),
                    (8, 8, 256, 256), (6, 5, 256, 512), (5, 7, 512, 512), (57, 3, 64, 64), (2, 61, 64, 96),
                    (1, 1, 64, 64), (1, 37, 32, 32), (29, 1, 48, 32), (4, 4, 16, 160), (101, 97, 192, 192),
                    (5, 6, 40, 24),
                    (2, 5, 12, 10), (3, 5, 3, 64), (2, 3, 8, 64), (1, 2, 8, 128),
                    (2, 2, 64, 8), (1, 2, 128, 8), (1, 1, 16, 64), (1, 1, 64, 32),
                    (5, 1, 16, 32), (1, 3, 32, 32),
                ])
            {
                if (!TestDevice.Affords(9L * height * width * inputs * outputs))
                    continue;
                foreach ((DeviceClass forms, ConvolutionForm form) in Forms)
                    cases.Add(height, width, inputs, outputs, forms, form);
            }
            if (TestDevice.Affords(9L * 46 * 45 * 512 * 160))
            {
                cases.Add(46, 45, 512, 160, DeviceClass.Cpu, ConvolutionForm.Winograd);
                cases.Add(66, 67, 32, 1056, DeviceClass.Cpu, ConvolutionForm.Winograd);
                cases.Add(130, 33, 96, 1024, DeviceClass.Cpu, ConvolutionForm.Winograd);
            }
            return cases;
        }
    }

    private static (DeviceClass Class, ConvolutionForm Form)[] Forms =>
    [
        (DeviceClass.Cpu, ConvolutionForm.Plain), (DeviceClass.Cpu, ConvolutionForm.Direct),
        (DeviceClass.Cpu, ConvolutionForm.Winograd), (DeviceClass.Gpu, ConvolutionForm.Direct),
        (DeviceClass.Gpu, ConvolutionForm.Winograd),
    ];

    public void Dispose()
    {
        _engine.Class = _ownClass;
        _engine.Multiprocessors = _ownMultiprocessors;
    }

    [Theory]
    [MemberData(nameof(FixtureCases))]
    public void Forward_agrees_with_fixture(string name, DeviceClass forms, ConvolutionForm form)
    {
        _engine.Class = forms;
        Fixture fixture = Fixture.Open("convolution", name);
        using ConvolutionWeights weights = Weights(fixture, form);
        using Tensor input = device.Upload(fixture["input"]);
        using Tensor output = device.Poisoned(input.Shape with { Channels = weights.OutputChannels });
        new ConvolutionForward(_engine).Launch(input, weights, output);
        Closeness.Close(fixture["output"].Values, output.ToArray(), Closeness.SumOf(9 * weights.InputChannels));
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(FixtureCases))]
    public void Backward_agrees_with_fixture(string name, DeviceClass forms, ConvolutionForm form)
    {
        _engine.Class = forms;
        Fixture fixture = Fixture.Open("convolution", name);
        using ConvolutionWeights weights = Weights(fixture, form);
        using Tensor gradOutput = device.Upload(fixture["output_gradient"]);
        using Tensor gradInput = device.Poisoned(gradOutput.Shape with { Channels = weights.InputChannels });
        new ConvolutionBackwardInput(_engine).Launch(gradOutput, weights, gradInput, null, GradientWrite.Assign);
        Closeness.Close(
            fixture["input_gradient"].Values, gradInput.ToArray(), Closeness.SumOf(9 * weights.OutputChannels));
        BorderTests.AssertBorderIsZero(gradInput);
    }

    [Theory]
    [MemberData(nameof(ShapeCases))]
    public void Forward_agrees_with_definition(
        int height, int width, int inputs, int outputs, DeviceClass forms, ConvolutionForm form)
    {
        _engine.Class = forms;
        var data = new ConvolutionCase(height, width, inputs, outputs);
        using ConvolutionWeights weights = data.Upload(_engine, form);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = device.Poisoned(data.Output);
        new ConvolutionForward(_engine).Launch(input, weights, output);
        Compare(data, data.Output, output.ToArray(), Bound(forms, form), (row, column, k) =>
            data.Reference.Forward(data.InputValues, height, width, row, column, k));
        BorderTests.AssertBorderIsZero(output);
    }

    [Theory]
    [MemberData(nameof(ShapeCases))]
    public void Backward_agrees_with_definition(
        int height, int width, int inputs, int outputs, DeviceClass forms, ConvolutionForm form)
    {
        _engine.Class = forms;
        var data = new ConvolutionCase(height, width, inputs, outputs);
        using ConvolutionWeights weights = data.Upload(_engine, form);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor gradOutput = device.Upload(data.Output, data.OutputGradient);
        using Tensor gradInput = device.Poisoned(data.Input);
        var convolution = new ConvolutionBackwardInput(_engine);

        convolution.Launch(gradOutput, weights, gradInput, null, GradientWrite.Assign);
        float[] once = gradInput.ToArray();
        Compare(data, data.Input, once, Bound(forms, form), (row, column, c) =>
            data.Reference.BackwardInput(data.OutputGradient, height, width, row, column, c));

        convolution.Launch(gradOutput, weights, gradInput, null, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(once, value => 2 * value), gradInput.ToArray());

        TestDevice.Poison(gradInput);
        convolution.Launch(gradOutput, weights, gradInput, input, GradientWrite.Assign);
        float[] masked = [.. once.Select((value, i) => data.InputValues[i] > 0 ? value : 0)];
        Assert.Equal(masked, gradInput.ToArray());
        convolution.Launch(gradOutput, weights, gradInput, input, GradientWrite.Add);
        Assert.Equal(Array.ConvertAll(masked, value => 2 * value), gradInput.ToArray());
        BorderTests.AssertBorderIsZero(gradInput);
    }

    /// <summary>The small tiles, which a GPU takes wherever the large ones would leave multiprocessors idle.</summary>
    [Theory]
    [InlineData(1, 1, 16, 64)]
    [LargeInlineData(2_985_984, 9, 9, 64, 64)]
    [LargeInlineData(127_733_760, 33, 35, 64, 192)]
    [LargeInlineData(22_708_224, 7, 11, 128, 256)]
    [LargeInlineData(35_389_440, 6, 5, 256, 512)]
    public void A_large_GPUs_forms_agree_with_definition(int height, int width, int inputs, int outputs)
    {
        _engine.Multiprocessors = 132;
        foreach (ConvolutionForm form in (ConvolutionForm[])[ConvolutionForm.Direct, ConvolutionForm.Winograd])
        {
            Forward_agrees_with_definition(height, width, inputs, outputs, DeviceClass.Gpu, form);
            Backward_agrees_with_definition(height, width, inputs, outputs, DeviceClass.Gpu, form);
        }
    }

    /// <summary>Of 86 × 85 tiles 7281 would fit the workspace at a time.</summary>
    [LargeFact(9L * 342 * 338 * 64 * 64)]
    public void A_GPU_takes_the_tiles_of_a_large_map_in_equal_shares()
    {
        (int height, int width) = (342, 338);
        _engine.Class = DeviceClass.Gpu;
        // Small tiles of the products, much quicker on a CPU.
        _engine.Multiprocessors = 1024;
        var data = new ConvolutionCase(height, width, 64, 64);
        using ConvolutionWeights weights = data.Upload(_engine, ConvolutionForm.Winograd);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = device.Poisoned(data.Output);
        var convolution = new ConvolutionForward(_engine);
        IReadOnlyList<LaunchRecord> launches = _engine.Profile(
            () => convolution.Launch(input, weights, output));
        Compare(data, data.Output, output.ToArray(), Bound(DeviceClass.Gpu, ConvolutionForm.Winograd),
            (row, column, k) => data.Reference.Forward(data.InputValues, height, width, row, column, k));
        double[] shares = [.. launches
            .Where(launch => launch.Kernel == "ConvolutionForward (winograd multiply)")
            .Select(launch => launch.FloatingPointOperations)];
        Assert.Equal([shares[0], shares[0]], shares);
    }

    /// <summary>
    /// The least work for what is left: Winograd's three tiles of a GPU's matrix product, the choice between which also
    /// hangs on the device's size, and the two ways to multiply of its three passes on a CPU. One launch each, because
    /// simulated devices take minutes.
    /// </summary>
    [Theory]
    [InlineData(64, 64, DeviceClass.Gpu)]
    [InlineData(64, 128, DeviceClass.Gpu)]
    [InlineData(64, 192, DeviceClass.Gpu)]
    [InlineData(512, 96, DeviceClass.Cpu)]
    [InlineData(80, 512, DeviceClass.Cpu)]
    public void Winograd_agrees_with_definition_on_one_tile(int inputs, int outputs, DeviceClass forms)
    {
        _engine.Class = forms;
        const int height = 3, width = 2;
        var data = new ConvolutionCase(height, width, inputs, outputs);
        using ConvolutionWeights weights = data.Upload(_engine, ConvolutionForm.Winograd);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = device.Poisoned(data.Output);
        new ConvolutionForward(_engine).Launch(input, weights, output);
        Compare(data, data.Output, output.ToArray(), Bound(forms, ConvolutionForm.Winograd), (row, column, k) =>
            data.Reference.Forward(data.InputValues, height, width, row, column, k));
    }

    [Fact]
    public void A_not_a_number_in_the_input_reaches_the_output_through_the_rectifier()
    {
        var data = new ConvolutionCase(5, 7, 32, 32);
        data.InputValues[32] = float.NaN;
        using ConvolutionWeights weights = data.Upload(_engine, ConvolutionForm.Direct);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = _engine.AllocateTensor("out", data.Output);
        new ConvolutionForward(_engine).Launch(input, weights, output);
        Assert.True(float.IsNaN(output.ToArray()[0]));
    }

    [Fact]
    public void Steady_launches_neither_allocate_nor_wait()
    {
        var data = new ConvolutionCase(9, 9, 64, 64);
        using ConvolutionWeights weights = data.Upload(_engine, ConvolutionForm.Auto);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = _engine.AllocateTensor("out", data.Output);
        using Tensor gradInput = _engine.AllocateTensor("gradient", data.Input);
        var forward = new ConvolutionForward(_engine);
        var backward = new ConvolutionBackwardInput(_engine);
        Step();
        (long allocations, long waits) = (_engine.AllocationCount, _engine.SynchronizationCount);
        Step();
        Assert.Equal((allocations, waits), (_engine.AllocationCount, _engine.SynchronizationCount));

        void Step()
        {
            forward.Launch(input, weights, output);
            backward.Launch(output, weights, gradInput, input, GradientWrite.Assign);
        }
    }

    [Theory]
    [InlineData(ConvolutionForm.Auto)]
    [InlineData(ConvolutionForm.Direct)]
    public void Weight_bytes_foretell_what_is_allocated(ConvolutionForm form)
    {
        var data = new ConvolutionCase(9, 9, 64, 32);
        using Tensor input = device.Upload(data.Input, data.InputValues);
        using Tensor output = _engine.AllocateTensor("out", data.Output);
        using Tensor gradInput = _engine.AllocateTensor("gradient", data.Input);
        Launch(); // The workspace is there from now on.
        long before = _engine.AllocatedBytes;
        long during = Launch();
        Assert.Equal(
            ConvolutionPlan.WeightBytes(_engine, data.Input, data.Output.Channels, form, backward: true),
            during - before);
        Assert.Equal(before, _engine.AllocatedBytes);

        long Launch()
        {
            using ConvolutionWeights weights = data.Upload(_engine, form);
            new ConvolutionForward(_engine).Launch(input, weights, output);
            new ConvolutionBackwardInput(_engine).Launch(output, weights, gradInput, null, GradientWrite.Assign);
            return _engine.AllocatedBytes;
        }
    }

    /// <summary>Maps that need more and less of it, by turns.</summary>
    [Fact]
    public void The_workspace_grows_to_the_largest_need_that_the_plan_foretells()
    {
        using Engine engine = TestDevice.Open();
        var needs = new List<SharedScratch>();
        foreach (int side in (int[])[5, 29, 9])
        {
            var data = new ConvolutionCase(side, side, 64, 64);
            using (ConvolutionWeights weights = data.Upload(engine, ConvolutionForm.Winograd))
            using (Tensor input = engine.AllocateTensor("in", data.Input))
            using (Tensor output = engine.AllocateTensor("out", data.Output))
                new ConvolutionForward(engine).Launch(input, weights, output);
            needs.AddRange(ConvolutionPlan.Scratch(
                engine, data.Input, data.Output.Channels, ConvolutionForm.Winograd, backward: false));
        }
        long ones = SharedScratch.Total(SharedScratch.Common.Where(scratch => scratch.Name == nameof(Ones)));
        Assert.Equal(SharedScratch.Total(needs) + ones, engine.AllocatedBytes);
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        var data = new ConvolutionCase(4, 5, 8, 16);
        using ConvolutionWeights weights = data.Upload(_engine, ConvolutionForm.Auto);
        using Tensor input = _engine.AllocateTensor("features", data.Input);
        using Tensor output = _engine.AllocateTensor("next", data.Output);
        using Tensor small = _engine.AllocateTensor("small", new TensorShape(4, 4, 16));
        ArgumentException wrongInput = Assert.Throws<ArgumentException>(
            () => new ConvolutionForward(_engine).Launch(output, weights, output));
        Assert.Equal("ConvolutionForward: 'next' is 4×5×16, but 4×5×8 is needed.", wrongInput.Message);
        ArgumentException wrongOutput = Assert.Throws<ArgumentException>(
            () => new ConvolutionForward(_engine).Launch(input, weights, small));
        Assert.Equal("ConvolutionForward: 'small' is 4×4×16, but 4×5×16 is needed.", wrongOutput.Message);
        ArgumentException wrongMask = Assert.Throws<ArgumentException>(
            () => new ConvolutionBackwardInput(_engine).Launch(output, weights, input, small, GradientWrite.Assign));
        Assert.Equal("ConvolutionBackwardInput: 'small' is 4×4×16, but 4×5×8 is needed.", wrongMask.Message);
    }

    [Fact]
    public void Wrong_weights_are_named()
    {
        ArgumentException kernel = Assert.Throws<ArgumentException>(() => ConvolutionWeights.Upload(
            _engine, "block1_conv1", new float[9 * 3 * 63], new float[64], 3, 64));
        Assert.Equal("block1_conv1: the kernel has 1701 values, but 3×3×3×64 are needed.", kernel.Message);
        ArgumentException bias = Assert.Throws<ArgumentException>(() => ConvolutionWeights.Upload(
            _engine, "block1_conv1", new float[9 * 3 * 64], new float[3], 3, 64));
        Assert.Equal("block1_conv1: the bias has 3 values, but 64 are needed.", bias.Message);
    }

    private ConvolutionWeights Weights(Fixture fixture, ConvolutionForm form)
    {
        NpyFile kernel = fixture["kernel"];
        return ConvolutionWeights.Upload(
            _engine, "layer", kernel.ToSingle(), fixture["bias"].ToSingle(), kernel.Shape[2], kernel.Shape[3], form);
    }

    private static double Bound(DeviceClass forms, ConvolutionForm form) => (forms, form) switch
    {
        (DeviceClass.Cpu, ConvolutionForm.Winograd) => WinogradCpuError,
        (DeviceClass.Cpu, ConvolutionForm.Direct) => DirectCpuError,
        (DeviceClass.Gpu, ConvolutionForm.Winograd) => WinogradGpuError,
        _ => DirectError,
    };

    private static void Compare(
        ConvolutionCase data, TensorShape shape, float[] actual, double bound,
        Func<int, int, int, double> reference)
    {
        Assert.All(actual, value => Assert.True(float.IsFinite(value)));
        IReadOnlyList<(int Row, int Column, int Channel)> elements = data.Elements(shape);
        double[] expected = [.. elements.AsParallel().AsOrdered().Select(e => reference(e.Row, e.Column, e.Channel))];
        float[] compared =
            [.. elements.Select(e => actual[(e.Row * shape.Width + e.Column) * shape.Channels + e.Channel])];
        double error = Closeness.RelativeL2(expected, compared);
        Assert.True(error <= bound, $"Relative L2 error {error:g3}, bound {bound:g3}.");
        // No single element far off: 20 times the bound on the root mean square.
        Closeness.Close(expected, compared, 20 * bound);
    }
}
