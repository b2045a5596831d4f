using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Kernels.Loss;
using IlgpuStyle.Kernels.Matrix;
using IlgpuStyle.Kernels.Normalization;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.Kernels.Padding;
using IlgpuStyle.Kernels.Pooling;
using IlgpuStyle.Kernels.Reduction;
using IlgpuStyle.Kernels.Upsampling;
using IlgpuStyle.Kernels.Wasserstein;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>
/// Every launcher refuses every argument that does not fit, by its own name and the argument's, and launches nothing.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class WrongShapesTests : IDisposable
{
    private const GradientWrite Assign = GradientWrite.Assign;

    private readonly Engine _engine;
    private readonly List<IDisposable> _memory = [];
    private readonly Tensor _x;
    private readonly Tensor _rgb;
    private readonly Tensor _mask;
    private readonly Tensor _half;
    private readonly Tensor _larger;

    /// <summary>As many elements as <see cref="_x"/>, with height and width exchanged.</summary>
    private readonly Tensor _wrong;
    private readonly DeviceArray _one;
    private readonly DeviceArray _two;
    private readonly DeviceArray _four;
    private readonly DeviceArray _channels;
    private readonly DeviceArray _gram;

    /// <summary>Three elements, which fits nothing.</summary>
    private readonly DeviceArray _three;

    public WrongShapesTests(TestDevice device)
    {
        _engine = device.Engine;
        _x = Tensor("right", 4, 6, 8);
        _rgb = Tensor("right", 4, 6, 3);
        _mask = Tensor("right", 4, 6, 1);
        _half = Tensor("right", 2, 3, 8);
        _larger = Tensor("right", 6, 8, 8);
        _wrong = Tensor("wrong", 6, 4, 8);
        _one = Array("right", 1);
        _two = Array("right", 2);
        _four = Array("right", 4);
        _channels = Array("right", 8);
        _gram = Array("right", 64);
        _three = Array("wrong", 3);
    }

    public void Dispose() => _memory.ForEach(memory => memory.Dispose());

    [Fact]
    public void Of_elementwise_kernels()
    {
        Refuses("Pack", () => new Pack(_engine).Launch(_x, _three));
        Refuses("AddPacked", () => new AddPacked(_engine).Launch(_three, 1, _x));
        Refuses("Scale", () => new Scale(_engine).Launch(_x, 1, _wrong));
        Refuses("AddScaled", () => new AddScaled(_engine).Launch(_x, 1, _wrong));
        Refuses("ClampChannels", () => new ClampChannels(_engine).Launch(_wrong, [0, 0, 0], [1, 1, 1]));
        Refuses("ArrayCombine", () => new ArrayCombine(_engine).Launch(1, _two, 1, _three, _two));
        Refuses("ArrayCombine", () => new ArrayCombine(_engine).Launch(1, _two, 1, _two, _three));
        Refuses("AddScaledByScalars", () => new AddScaledByScalars(_engine).Launch(_two, 1, 0, 1, 1, _two, _three));
        Refuses("AddScaledByScalars", () => new AddScaledByScalars(_engine).Launch(_three, 1, 3, 1, 0, _two, _two));
        Refuses("AddScaledByScalars", () => new AddScaledByScalars(_engine).Launch(_three, 1, 0, 1, -1, _two, _two));

        var addNormalized = new AddNormalized(_engine);
        Refuses("AddNormalized", () => addNormalized.Launch(_x, _one, 1, 1, _wrong, null, Assign));
        Refuses("AddNormalized", () => addNormalized.Launch(_x, _three, 1, 1, _x, null, Assign));
        Refuses("AddNormalized", () => addNormalized.Launch(_x, _one, 1, 1, _x, _wrong, Assign));

        Refuses("PixelMaskForward", () => new PixelMaskForward(_engine).Launch(_x, _wrong, _x));
        Refuses("PixelMaskForward", () => new PixelMaskForward(_engine).Launch(_x, _mask, _wrong));
        var maskBackward = new PixelMaskBackward(_engine);
        Refuses("PixelMaskBackward", () => maskBackward.Launch(_x, _wrong, _x, null, Assign));
        Refuses("PixelMaskBackward", () => maskBackward.Launch(_x, _mask, _wrong, null, Assign));
        Refuses("PixelMaskBackward", () => maskBackward.Launch(_x, _mask, _x, _wrong, Assign));

        Refuses("AdditionForward", () => new AdditionForward(_engine).Launch(_x, _wrong, _x));
        Refuses("AdditionForward", () => new AdditionForward(_engine).Launch(_x, _x, _wrong));
        Refuses("AdditionBackward", () => new AdditionBackward(_engine).Launch(_x, _wrong, null, Assign));
        Refuses("AdditionBackward", () => new AdditionBackward(_engine).Launch(_x, _x, _wrong, Assign));
        Refuses("ScaledTanhForward", () => new ScaledTanhForward(_engine).Launch(_x, _wrong, 1, 0));
        var tanhBackward = new ScaledTanhBackward(_engine);
        Refuses("ScaledTanhBackward", () => tanhBackward.Launch(_x, _wrong, _x, 1, null, Assign));
        Refuses("ScaledTanhBackward", () => tanhBackward.Launch(_x, _x, _wrong, 1, null, Assign));
        Refuses("ScaledTanhBackward", () => tanhBackward.Launch(_x, _x, _x, 1, _wrong, Assign));

        Refuses("PreprocessForward", () => new PreprocessForward(_engine).Launch(_wrong, _rgb, 1));
        Refuses("PreprocessForward", () => new PreprocessForward(_engine).Launch(_rgb, _wrong, 1));
        Refuses("PreprocessBackward", () => new PreprocessBackward(_engine).Launch(_wrong, _rgb, 1, Assign));
        Refuses("PreprocessBackward", () => new PreprocessBackward(_engine).Launch(_rgb, _wrong, 1, Assign));
    }

    [Fact]
    public void Of_reductions_and_losses()
    {
        Refuses("AbsoluteSum", () => new AbsoluteSum(_engine).Launch(_x, _three, 3));
        Refuses("Dot", () => new Dot(_engine).Launch(_x, _wrong, _one, 0));
        Refuses("Dot", () => new Dot(_engine).Launch(_x, _x, _three, 3));
        Refuses("Dot", () => new Dot(_engine).Launch(_two, _three, _one, 0));
        Refuses("Dot", () => new Dot(_engine).Launch(_two, _two, _three, -1));

        var difference = new SquaredDifferenceForward(_engine);
        Refuses("SquaredDifferenceForward", () => difference.Launch(_x, _wrong, _one, 0, 1));
        Refuses("SquaredDifferenceForward", () => difference.Launch(_x, _x, _three, 3, 1));
        Refuses("SquaredDifferenceForward", () => difference.Launch(_two, _three, _one, 0, 1));
        Refuses("SquaredDifferenceForward", () => difference.Launch(_two, _two, _three, 3, 1));
        var differenceBackward = new SquaredDifferenceBackward(_engine);
        Refuses("SquaredDifferenceBackward", () => differenceBackward.Launch(_x, _wrong, _x, 1, null, Assign));
        Refuses("SquaredDifferenceBackward", () => differenceBackward.Launch(_x, _x, _wrong, 1, null, Assign));
        Assert.Equal(
            "SquaredDifferenceBackward: a rectified value is its own mask, not 'wrong'.",
            Assert.Throws<ArgumentException>(
                () => differenceBackward.Launch(_x, _x, _x, 1, _wrong, Assign)).Message);
        Refuses("SquaredDifferenceBackward", () => differenceBackward.Launch(_two, _three, _two, 1, Assign));
        Refuses("SquaredDifferenceBackward", () => differenceBackward.Launch(_two, _two, _three, 1, Assign));

        foreach (TotalVariationForm form in Enum.GetValues<TotalVariationForm>())
        {
            var variation = new TotalVariationForward(_engine);
            Refuses("TotalVariationForward", () => variation.Launch(_wrong, form, _one, 0, 1));
            Refuses("TotalVariationForward", () => variation.Launch(_rgb, form, _three, 3, 1));
            var variationBackward = new TotalVariationBackward(_engine);
            Refuses("TotalVariationBackward", () => variationBackward.Launch(_wrong, form, _rgb, 1, Assign));
            Refuses("TotalVariationBackward", () => variationBackward.Launch(_rgb, form, _wrong, 1, Assign));
        }
    }

    [Fact]
    public void Of_pooling_padding_and_cropping()
    {
        Refuses("AveragePoolForward", () => new AveragePoolForward(_engine).Launch(_x, _wrong));
        Refuses("MaxPoolForward", () => new MaxPoolForward(_engine).Launch(_x, _wrong));
        var averageBackward = new AveragePoolBackward(_engine);
        Refuses("AveragePoolBackward", () => averageBackward.Launch(_wrong, _x, null, Assign));
        Refuses("AveragePoolBackward", () => averageBackward.Launch(_half, _x, _wrong, Assign));
        Refuses("BinomialPoolForward", () => new BinomialPoolForward(_engine).Launch(_x, _wrong));
        var binomialBackward = new BinomialPoolBackward(_engine);
        Refuses("BinomialPoolBackward", () => binomialBackward.Launch(_wrong, _x, null, Assign));
        Refuses("BinomialPoolBackward", () => binomialBackward.Launch(_half, _x, _wrong, Assign));
        var maxBackward = new MaxPoolBackward(_engine);
        Refuses("MaxPoolBackward", () => maxBackward.Launch(_x, _wrong, _x, null, Assign));
        Refuses("MaxPoolBackward", () => maxBackward.Launch(_x, _half, _wrong, null, Assign));
        Assert.Equal(
            "MaxPoolBackward: a rectified input is its own mask, not 'wrong'.",
            Assert.Throws<ArgumentException>(() => maxBackward.Launch(_x, _half, _x, _wrong, Assign)).Message);

        Refuses("ReplicatePadForward", () => new ReplicatePadForward(_engine).Launch(_x, _wrong));
        var padBackward = new ReplicatePadBackward(_engine);
        Refuses("ReplicatePadBackward", () => padBackward.Launch(_wrong, _x, null, Assign));
        Refuses("ReplicatePadBackward", () => padBackward.Launch(_larger, _x, _wrong, Assign));
        Refuses("ReflectPadForward", () => new ReflectPadForward(_engine).Launch(_x, _wrong));
        var reflectBackward = new ReflectPadBackward(_engine);
        Refuses("ReflectPadBackward", () => reflectBackward.Launch(_wrong, _x, null, Assign));
        Refuses("ReflectPadBackward", () => reflectBackward.Launch(_larger, _x, _wrong, Assign));
        Refuses("UpsampleNearestForward", () => new UpsampleNearestForward(_engine).Launch(_half, _wrong));
        var upsampleBackward = new UpsampleNearestBackward(_engine);
        Refuses("UpsampleNearestBackward", () => upsampleBackward.Launch(_wrong, _half, null, Assign));
        Refuses("UpsampleNearestBackward", () => upsampleBackward.Launch(_x, _half, _wrong, Assign));
        Refuses("CropForward", () => new CropForward(_engine).Launch(_larger, _wrong));
        var cropBackward = new CropBackward(_engine);
        Refuses("CropBackward", () => cropBackward.Launch(_wrong, _larger, null, Assign));
        Refuses("CropBackward", () => cropBackward.Launch(_x, _larger, _wrong, Assign));
    }

    [Fact]
    public void Of_normalization()
    {
        using var statistics = new InstanceStatistics(_engine);
        DeviceArray right = Array("right", InstanceStatistics.Length(_x.Shape));
        DeviceArray rows = Array("right", InstanceStatistics.RowsLength(_x.Shape));
        Refuses("InstanceStatistics", () => statistics.Launch(_x, 1, _three));
        Refuses("InstanceStatistics", () => statistics.LaunchTotal(_three, _x.Shape, 1, right));
        foreach ((int first, int count, int slot) in ((int, int, int)[])[(-1, 1, 0), (0, 5, 0), (0, 0, 0), (0, 2, 3)])
        {
            Assert.StartsWith("InstanceStatistics: 'right' of 4×6×8", Assert.Throws<ArgumentException>(
                () => statistics.LaunchRows(_x, first, count, rows, slot)).Message, StringComparison.Ordinal);
        }

        var forward = new InstanceNormalizationForward(_engine);
        Refuses("InstanceNormalizationForward", () => forward.Launch(_x, _three, _channels, _channels, _x, true));
        Refuses("InstanceNormalizationForward", () => forward.Launch(_x, right, _three, _channels, _x, true));
        Refuses("InstanceNormalizationForward", () => forward.Launch(_x, right, _channels, _three, _x, true));
        Refuses("InstanceNormalizationForward", () => forward.Launch(_x, right, _channels, _channels, _wrong, true));

        const string name = "InstanceNormalizationBackward";
        using var backward = new InstanceNormalizationBackward(_engine);
        DeviceArray sums = Array("right", InstanceNormalizationBackward.Length(_x.Shape));
        Refuses(name, () => backward.LaunchSums(_x, _wrong, right, sums, null));
        Refuses(name, () => backward.LaunchSums(_x, _x, _three, sums, null));
        Refuses(name, () => backward.LaunchSums(_x, _x, right, _three, null));
        Refuses(name, () => backward.LaunchSums(_x, _x, right, sums, (_three, _channels)));
        Refuses(name, () => backward.LaunchSums(_x, _x, right, sums, (_channels, _three)));
        Refuses(name, () => backward.Launch(_x, _wrong, right, sums, _channels, _x, null, Assign));
        Refuses(name, () => backward.Launch(_x, _x, _three, sums, _channels, _x, null, Assign));
        Refuses(name, () => backward.Launch(_x, _x, right, _three, _channels, _x, null, Assign));
        Refuses(name, () => backward.Launch(_x, _x, right, sums, _three, _x, null, Assign));
        Refuses(name, () => backward.Launch(_x, _x, right, sums, _channels, _wrong, null, Assign));
        Refuses(name, () => backward.Launch(_x, _x, right, sums, _channels, _x, _wrong, Assign));
    }

    [Fact]
    public void Of_statistics_and_matrices()
    {
        Refuses("GramForward", () => new GramForward(_engine).Launch(_x, _three, 1));
        var gramBackward = new GramBackward(_engine);
        Refuses("GramBackward", () => gramBackward.Launch(_x, _three, 1, _x, null, Assign));
        Refuses("GramBackward", () => gramBackward.Launch(_x, _gram, 1, _wrong, null, Assign));
        Refuses("GramBackward", () => gramBackward.Launch(_x, _gram, 1, _x, _wrong, Assign));

        Refuses("ChannelMeansForward", () => new ChannelMeansForward(_engine).Launch(_x, null, _three));
        Refuses("ChannelMeansForward", () => new ChannelMeansForward(_engine).Launch(_x, _wrong, _channels));
        var meansBackward = new ChannelMeansBackward(_engine);
        Refuses("ChannelMeansBackward", () => meansBackward.Launch(_three, null, _x, null, Assign));
        Refuses("ChannelMeansBackward", () => meansBackward.Launch(_channels, _wrong, _x, null, Assign));
        Refuses("ChannelMeansBackward", () => meansBackward.Launch(_channels, null, _x, _wrong, Assign));

        Refuses("CovarianceForward", () => new CovarianceForward(_engine).Launch(_three, _two, _four, 1));
        Refuses("CovarianceForward", () => new CovarianceForward(_engine).Launch(_four, _two, _three, 1));
        var covarianceBackward = new CovarianceBackwardMeans(_engine);
        Refuses("CovarianceBackwardMeans", () => covarianceBackward.Launch(_three, _two, _two, _two, 1));
        Refuses("CovarianceBackwardMeans", () => covarianceBackward.Launch(_four, _two, _three, _two, 1));
        Refuses("CovarianceBackwardMeans", () => covarianceBackward.Launch(_four, _two, _two, _three, 1));

        var distance = new WassersteinDistance(_engine);
        Refuses("WassersteinDistance", () => distance.Launch(_two, _three, _four, _four, _four, _one, 0, 1));
        Refuses("WassersteinDistance", () => distance.Launch(_two, _two, _three, _four, _four, _one, 0, 1));
        Refuses("WassersteinDistance", () => distance.Launch(_two, _two, _four, _three, _four, _one, 0, 1));
        Refuses("WassersteinDistance", () => distance.Launch(_two, _two, _four, _four, _three, _one, 0, 1));
        Refuses("WassersteinDistance", () => distance.Launch(_two, _two, _four, _four, _four, _three, 3, 1));

        Refuses("MatrixSquareRoot", () => new MatrixSquareRoot(_engine).Launch(_three, _four, 2));
        Refuses("MatrixSquareRoot", () => new MatrixSquareRoot(_engine).Launch(_four, _three, 2));
        var rootBackward = new MatrixSquareRootTraceBackward(_engine);
        Refuses("MatrixSquareRootTraceBackward", () => rootBackward.Launch(_three, 1, _four, 2));
        Refuses("MatrixSquareRootTraceBackward", () => rootBackward.Launch(_four, 1, _three, 2));
        Refuses("MatrixMultiply", () => new MatrixMultiply(_engine).Launch(_three, _four, _four, 2, 1, 0));
        Refuses("MatrixMultiply", () => new MatrixMultiply(_engine).Launch(_four, _three, _four, 2, 1, 0));
        Refuses("MatrixMultiply", () => new MatrixMultiply(_engine).Launch(_four, _four, _three, 2, 1, 0));
    }

    [Fact]
    public void Of_optimizers()
    {
        var sgd = new SgdStep(_engine);
        Refuses("AddScaled", () => sgd.Launch(_wrong, _x, 1));
        Refuses("SgdStep", () => sgd.Launch(_x, _wrong, _x, 1, 0.9f));
        Refuses("SgdStep", () => sgd.Launch(_x, _x, _wrong, 1, 0.9f));

        var adam = new AdamStep(_engine);
        var parameters = new AdamParameters(0.9f, 0.999f, 1e-8f, AdamForm.Epsilon);
        Refuses("AdamStep", () => adam.Launch(_x, _wrong, _x, _x, 1, parameters, 1));
        Refuses("AdamStep", () => adam.Launch(_x, _x, _wrong, _x, 1, parameters, 1));
        Refuses("AdamStep", () => adam.Launch(_x, _x, _x, _wrong, 1, parameters, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Launch(_x, _x, _x, _x, 1, parameters, 0));
        foreach (float epsilon in (float[])[0, -1, float.NaN])
        {
            Assert.StartsWith("AdamStep: epsilon must be positive", Assert.Throws<ArgumentException>(
                () => adam.Launch(_x, _x, _x, _x, 1, parameters with { Epsilon = epsilon }, 1)).Message,
                StringComparison.Ordinal);
        }

        Refuses("AdamStep", () => adam.Launch(_two, _three, _two, _two, 1, parameters, 1));
        Refuses("AdamStep", () => adam.Launch(_two, _two, _three, _two, 1, parameters, 1));
        Refuses("AdamStep", () => adam.Launch(_two, _two, _two, _three, 1, parameters, 1));

        var keepBest = new KeepBest(_engine);
        Refuses("KeepBest", () => keepBest.Launch(_x, _one, 0, 1, _wrong, _two));
        Refuses("KeepBest", () => keepBest.Launch(_x, _three, -1, 2, _x, _two));
        Refuses("KeepBest", () => keepBest.Launch(_x, _three, 2, 2, _x, _two));
        Refuses("KeepBest", () => keepBest.Launch(_x, _one, 0, 1, _x, _three));
    }

    private Tensor Tensor(string name, int height, int width, int channels)
    {
        Tensor tensor = _engine.AllocateTensor(name, new TensorShape(height, width, channels));
        _memory.Add(tensor);
        return tensor;
    }

    private DeviceArray Array(string name, int length)
    {
        DeviceArray array = _engine.AllocateArray(name, length);
        _memory.Add(array);
        return array;
    }

    private void Refuses(string launcher, Action launch)
    {
        long launches = _engine.LaunchCount;
        string message = Assert.Throws<ArgumentException>(launch).Message;
        Assert.StartsWith($"{launcher}: 'wrong' ", message, StringComparison.Ordinal);
        Assert.Equal(launches, _engine.LaunchCount);
    }
}
