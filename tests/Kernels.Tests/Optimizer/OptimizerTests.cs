using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Kernels.Tests.Optimizer;

[Collection(TestDevice.Collection)]
public sealed class OptimizerTests(TestDevice device)
{
    /// <summary>Each step rounds a few times and the steps add up.</summary>
    private const double Tolerance = 8 * Closeness.FewOperations;

    private readonly Engine _engine = device.Engine;

    [Fact]
    public void Sgd_follows_the_reference()
    {
        var step = new SgdStep(_engine);
        Follow("sgd", 0, (x, _, gradient, rate, _) => step.Launch(x, gradient, rate));
    }

    [Fact]
    public void Momentum_follows_the_reference()
    {
        var step = new SgdStep(_engine);
        Follow("momentum", 1, (x, state, gradient, rate, _) => step.Launch(x, state[0], gradient, rate, 0.9f));
    }

    [Theory]
    [InlineData("adam", 0.9f, 0.999f, 1e-7f, AdamForm.Epsilon)]
    [InlineData("adam_large_epsilon", 0.99f, 0.999f, 0.1f, AdamForm.Epsilon)]
    [InlineData("adam_hat", 0.9f, 0.999f, 1e-7f, AdamForm.EpsilonHat)]
    [InlineData("adam_hat_large_epsilon", 0.99f, 0.999f, 0.1f, AdamForm.EpsilonHat)]
    public void Adam_follows_the_reference(string name, float beta1, float beta2, float epsilon, AdamForm form)
    {
        var step = new AdamStep(_engine);
        var parameters = new AdamParameters(beta1, beta2, epsilon, form);
        Follow(name, 2, (x, state, gradient, rate, t) =>
            step.Launch(x, state[0], state[1], gradient, rate, parameters, t));
    }

    [Theory]
    [InlineData(AdamForm.Epsilon)]
    [InlineData(AdamForm.EpsilonHat)]
    public void Adam_of_arrays_has_the_bits_of_Adam_of_pictures(AdamForm form)
    {
        const int length = 37;
        var step = new AdamStep(_engine);
        var parameters = new AdamParameters(0.9f, 0.999f, 1e-7f, form);
        var shape = new TensorShape(1, length, 1);
        var random = new Random(6);
        float[] start = random.Normal(length);
        using Tensor x = device.Upload(shape, start);
        using Tensor m = _engine.AllocateTensor("m", shape);
        using Tensor v = _engine.AllocateTensor("v", shape);
        using DeviceArray arrayX = device.Upload(start);
        using DeviceArray arrayM = _engine.AllocateArray("m", length);
        using DeviceArray arrayV = _engine.AllocateArray("v", length);
        for (int t = 1; t <= 3; t++)
        {
            float[] gradients = random.Normal(length);
            using Tensor gradient = device.Upload(shape, gradients);
            using DeviceArray arrayGradient = device.Upload(gradients);
            step.Launch(x, m, v, gradient, 0.3f, parameters, t);
            step.Launch(arrayX, arrayM, arrayV, arrayGradient, 0.3f, parameters, t);
        }
        Assert.Equal(x.ToArray(), arrayX.ToArray());
        Assert.Equal(m.ToArray(), arrayM.ToArray());
        Assert.Equal(v.ToArray(), arrayV.ToArray());
        Assert.NotEqual(start, arrayX.ToArray());
    }

    private void Follow(
        string name, int states, Action<Tensor, Tensor[], Tensor, float, int> launch)
    {
        Fixture fixture = Fixture.Open("optimizer", name);
        int length = fixture["x"].Shape[1];
        float[] points = fixture["x"].ToSingle();
        float[] gradients = fixture["gradients"].ToSingle();
        float[] rates = fixture["rates"].ToSingle();
        var shape = new TensorShape(1, length, 1);
        using Tensor x = device.Upload(shape, points[..length]);
        Tensor[] state = [.. Enumerable.Range(0, states).Select(_ => _engine.AllocateTensor("state", shape))];
        for (int t = 0; t < rates.Length; t++)
        {
            using Tensor gradient = device.Upload(shape, gradients[(t * length)..((t + 1) * length)]);
            launch(x, state, gradient, rates[t], t + 1);
            double[] expected = fixture["x"].Values[((t + 1) * length)..((t + 2) * length)];
            Closeness.Close(expected, x.ToArray(), Tolerance);
        }
        BorderTests.AssertBorderIsZero(x);
        Array.ForEach(state, tensor => tensor.Dispose());
    }
}
