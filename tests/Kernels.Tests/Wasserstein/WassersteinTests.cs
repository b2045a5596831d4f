using IlgpuStyle.Kernels.Matrix;
using IlgpuStyle.Kernels.Wasserstein;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Wasserstein;

[Collection(TestDevice.Collection)]
public sealed class WassersteinTests(TestDevice device) : IDisposable
{
    /// <summary>Twelve iterations of three matrix products each.</summary>
    private const double RootTolerance = 1e-5;

    private readonly Engine _engine = device.Engine;
    private readonly DeviceClass _ownClass = device.Engine.Class;
    private readonly Random _random = new(12);

    public void Dispose() => _engine.Class = _ownClass;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(66, 2, 9)] // More rows than shares.
    [LargeInlineData(170_280, 129, 33, 40)]
    public void Channel_means_agree_with_double_precision(int height, int width, int channels)
    {
        var shape = new TensorShape(height, width, channels);
        float[] values = _random.Uniform(shape.Length);
        using Tensor x = device.Upload(shape, values);
        using DeviceArray means = device.Poisoned(channels);
        new ChannelMeansForward(_engine).Launch(x, null, means);
        Closeness.Close(Expected(_ => 1), means.ToArray(), Closeness.SumOf(shape.Pixels));

        float[] pixelWeights = _random.Uniform(shape.Pixels);
        using Tensor weights = device.Upload(shape with { Channels = 1 }, pixelWeights);
        using DeviceArray weighted = device.Poisoned(channels);
        new ChannelMeansForward(_engine).Launch(x, weights, weighted);
        Closeness.Close(Expected(p => pixelWeights[p]), weighted.ToArray(), Closeness.SumOf(shape.Pixels));

        double[] Expected(Func<int, double> weight) => [.. Enumerable.Range(0, channels).Select(
            c => Enumerable.Range(0, shape.Pixels).Sum(p => weight(p) * values[p * channels + c]) / shape.Pixels)];
    }

    [Fact]
    public void The_gradient_of_the_means_is_spread_over_the_pixels()
    {
        var shape = new TensorShape(5, 7, 3);
        float[] mask = _random.Uniform(shape.Length);
        using Tensor rectifiedBy = device.Upload(shape, mask);
        using DeviceArray gradMeans = device.Upload([35, -70, 105]);
        using Tensor gradX = device.Poisoned(shape);
        var backward = new ChannelMeansBackward(_engine);
        backward.Launch(gradMeans, null, gradX, null, GradientWrite.Assign);
        backward.Launch(gradMeans, null, gradX, rectifiedBy, GradientWrite.Add);
        double[] spread = [1, -2, 3];
        Closeness.Close(
            [.. mask.Select((value, i) => spread[i % 3] * (value > 0 ? 2 : 1))],
            gradX.ToArray(),
            Closeness.FewOperations);
        BorderTests.AssertBorderIsZero(gradX);

        float[] pixelWeights = _random.Uniform(shape.Pixels);
        using Tensor weights = device.Upload(shape with { Channels = 1 }, pixelWeights);
        backward.Launch(gradMeans, weights, gradX, null, GradientWrite.Assign);
        Closeness.Close(
            [.. mask.Select((_, i) => spread[i % 3] * pixelWeights[i / 3])], gradX.ToArray(), Closeness.FewOperations);
    }

    [Fact]
    public void Weights_of_more_channels_are_refused()
    {
        using Tensor x = _engine.AllocateTensor("x", new TensorShape(2, 3, 8));
        using DeviceArray means = device.Poisoned(8);
        Assert.Equal("ChannelMeansForward: 'x' is 2×3×8, but 2×3×1 is needed.", Assert.Throws<ArgumentException>(
            () => new ChannelMeansForward(_engine).Launch(x, x, means)).Message);
        Assert.Equal("ChannelMeansBackward: 'x' is 2×3×8, but 2×3×1 is needed.", Assert.Throws<ArgumentException>(
            () => new ChannelMeansBackward(_engine).Launch(means, x, x, null, GradientWrite.Assign)).Message);
    }

    [Fact]
    public void Covariance_and_its_gradient_by_hand()
    {
        using DeviceArray secondMoment = device.Upload([10, 7, 7, 20]);
        using DeviceArray means = device.Upload([2, 3]);
        using DeviceArray covariance = device.Poisoned(4);
        new CovarianceForward(_engine).Launch(secondMoment, means, covariance, 0.5f);
        // 10 − 2·2 + ½, 7 − 2·3, 7 − 3·2, 20 − 3·3 + ½
        Assert.Equal([6.5f, 1, 1, 11.5f], covariance.ToArray());

        using DeviceArray gradCovariance = device.Upload([1, 2, 3, 4]);
        using DeviceArray targets = device.Upload([1, 5]);
        using DeviceArray gradMeans = device.Poisoned(2);
        new CovarianceBackwardMeans(_engine).Launch(gradCovariance, means, targets, gradMeans, 10);
        // 20·(2−1) − (2·1·2 + (2+3)·3), 20·(3−5) − ((3+2)·2 + 2·4·3)
        Assert.Equal([1, -74], gradMeans.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    public void A_multiple_of_the_identity_is_added_to_a_multiple_of_a_matrix(int n)
    {
        float[] values = _random.Uniform(n * n);
        using DeviceArray x = device.Upload(values);
        using DeviceArray y = device.Poisoned(n * n);
        new AddIdentity(_engine).Launch(x, y, n, -0.5f, 1.5f);
        Assert.Equal(values.Select((value, i) => -0.5f * value + (i % (n + 1) == 0 ? 1.5f : 0f)), y.ToArray());
    }

    [Theory]
    [InlineData("square_root_1", 1, DeviceClass.Cpu)]
    [InlineData("square_root_5", 5, DeviceClass.Cpu)]
    [InlineData("square_root_24", 24, DeviceClass.Cpu)]
    [InlineData("square_root_24_graded", 24, DeviceClass.Cpu)] // Twelve iterations do not converge.
    [LargeInlineData(9_437_184, "square_root_64", 64, DeviceClass.Cpu)]
    [LargeInlineData(9_437_184, "square_root_64", 64, DeviceClass.Gpu)]
    public void The_matrix_root_agrees_with_the_reference(string caseName, int n, DeviceClass forms)
    {
        _engine.Class = forms;
        Fixture fixture = Fixture.Open("wasserstein", caseName);
        using DeviceArray matrix = device.Upload(fixture["input"].ToSingle());
        using DeviceArray root = device.Poisoned(n * n);
        new MatrixSquareRoot(_engine).Launch(matrix, root, n);
        Closeness.Close(fixture["output"].Values, root.ToArray(), RootTolerance);
    }

    [Theory]
    [InlineData(1, DeviceClass.Cpu)]
    [InlineData(6, DeviceClass.Cpu)]
    [InlineData(32, DeviceClass.Cpu)]
    [LargeInlineData(9_437_184, 64, DeviceClass.Gpu)]
    public void The_gradient_of_the_trace_of_a_root_is_half_the_inverse_root(int n, DeviceClass forms)
    {
        _engine.Class = forms;
        // d trace(A^½)/dA = ½·A^−½: with R·R = A, the gradient times 2R must be the identity, times the factor 3.
        float[] r = WellConditioned(n);
        using DeviceArray root = device.Upload(r);
        using DeviceArray gradient = device.Poisoned(n * n);
        new MatrixSquareRootTraceBackward(_engine).Launch(root, 3, gradient, n);
        float[] g = gradient.ToArray();
        double[] product = new double[n * n];
        for (int i = 0; i < n * n; i++)
            product[i] = Enumerable.Range(0, n).Sum(k => 2.0 * g[i / n * n + k] * r[k * n + i % n]);
        double[] identity = [.. Enumerable.Range(0, n * n).Select(i => i % (n + 1) == 0 ? 3.0 : 0)];
        Closeness.Close(identity, [.. product.Select(value => (float)value)], RootTolerance);
    }

    [Fact]
    public void The_distance_by_hand()
    {
        using DeviceArray means = device.Upload([1, 2]);
        using DeviceArray targetMeans = device.Upload([3, 2]);
        using DeviceArray covariance = device.Upload([9, 50, 50, 16]);
        using DeviceArray targetCovariance = device.Upload([1, 60, 60, 4]);
        using DeviceArray root = device.Upload([3, 70, 70, 8]);
        using DeviceArray losses = device.Poisoned(3);
        new WassersteinDistance(_engine)
            .Launch(means, targetMeans, covariance, targetCovariance, root, losses, 1, 0.5f);
        // ½·((1−3)² + 0 + 9+1−2·3 + 16+4−2·8)
        Assert.Equal(6, losses.ToArray()[1]);
        Assert.True(float.IsNaN(losses.ToArray()[2]), "a slot that was not asked for was written");
    }

    /// <summary>More channels than a group has work-items.</summary>
    [Theory]
    [InlineData(5)]
    [LargeInlineData(90_000, 300)]
    public void Covariance_its_gradient_and_the_distance_agree_with_double_precision(int n)
    {
        float[] m = _random.Uniform(n), t = _random.Uniform(n), s = _random.Uniform(n * n), r = _random.Uniform(n * n);
        for (int i = 0; i < n; i++)
            s[i * (n + 1)] = 1 + m[i] * m[i];
        using DeviceArray means = device.Upload(m);
        using DeviceArray targets = device.Upload(t);
        using DeviceArray matrix = device.Upload(s);
        using DeviceArray root = device.Upload(r);

        using DeviceArray covariance = device.Poisoned(n * n);
        new CovarianceForward(_engine).Launch(matrix, means, covariance, 0.5f);
        Closeness.Close(
            [.. s.Select((value, i) => value - (double)m[i / n] * m[i % n] + (i % (n + 1) == 0 ? 0.5 : 0))],
            covariance.ToArray(), Closeness.FewOperations);

        // The same with 0.999 of the variance taken away: what rounding may be off by goes onto the diagonal.
        double[] flat = [.. m.SelectMany(_ => m, (row, column) => (double)row * column)];
        double squares = m.Sum(mean => (double)mean * mean);
        for (int i = 0; i < n; i++)
            flat[i * (n + 1)] *= 1.001;
        using DeviceArray hardlyVaries = device.Upload(Array.ConvertAll(flat, value => (float)value));
        new CovarianceForward(_engine).Launch(hardlyVaries, means, covariance, 0);
        double ridge = 4e-6 * 1.001 * squares - 1e-4 * 0.001 * squares;
        Assert.True(ridge > 0);
        float[] diagonal = [.. covariance.ToArray().Where((_, i) => i % (n + 1) == 0)];
        Closeness.Close(
            [.. m.Select(mean => 0.001 * mean * mean + ridge)], diagonal, Closeness.FewOperations * 1000);

        using DeviceArray gradMeans = device.Poisoned(n);
        new CovarianceBackwardMeans(_engine).Launch(matrix, means, targets, gradMeans, 3);
        Closeness.Close(
            [.. Enumerable.Range(0, n).Select(c => 6 * ((double)m[c] - t[c])
                - Enumerable.Range(0, n).Sum(j => ((double)s[c * n + j] + s[j * n + c]) * m[j]))],
            gradMeans.ToArray(), Closeness.SumOf(2 * n));

        using DeviceArray losses = device.Poisoned(1);
        new WassersteinDistance(_engine).Launch(means, targets, covariance, matrix, root, losses, 0, 2);
        float[] c = covariance.ToArray();
        double distance = Enumerable.Range(0, n).Sum(i =>
            Math.Pow((double)m[i] - t[i], 2) + c[i * (n + 1)] + s[i * (n + 1)] - 2.0 * r[i * (n + 1)]);
        Closeness.Close([2 * distance], losses.ToArray(), Closeness.SumOf(n));
    }

    /// <summary>Symmetric, diagonally dominant.</summary>
    private float[] WellConditioned(int n)
    {
        float[] matrix = _random.Uniform(n * n, 0.5);
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < row; column++)
                matrix[row * n + column] = matrix[column * n + row] /= n;
            matrix[row * (n + 1)] = 2 + row / (float)n;
        }
        return matrix;
    }
}
