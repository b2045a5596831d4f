using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Optimizers;

/// <summary>
/// L-BFGS on a quadratic, on Rosenbrock's function and on cosines, whose gradients the host works out in double.
/// </summary>
[Collection(TestDevice.Collection)]
public sealed class LbfgsTests(TestDevice device)
{
    private readonly Engine _engine = device.Engine;

    /// <summary>
    /// Variables are float32 here and double in the reference; steps of a quasi-Newton method magnify the difference,
    /// so a run is followed for its first eight steps.
    /// </summary>
    [Theory]
    [InlineData("quadratic_history3", 3, LineSearch.None)]
    [InlineData("quadratic_history100", 100, LineSearch.None)]
    [InlineData("rosenbrock_history3", 3, LineSearch.None)]
    [InlineData("rosenbrock_history100", 100, LineSearch.None)]
    [InlineData("cosines_history3", 3, LineSearch.None)]
    [InlineData("cosines_history100", 100, LineSearch.None)]
    [InlineData("quadratic_history3_wolfe", 3, LineSearch.StrongWolfe)]
    [InlineData("quadratic_history100_wolfe", 100, LineSearch.StrongWolfe)]
    [InlineData("rosenbrock_history3_wolfe", 3, LineSearch.StrongWolfe)]
    [InlineData("rosenbrock_history100_wolfe", 100, LineSearch.StrongWolfe)]
    [InlineData("cosines_history3_wolfe", 3, LineSearch.StrongWolfe)]
    [InlineData("cosines_history100_wolfe", 100, LineSearch.StrongWolfe)]
    public void Steps_follow_the_reference(string caseName, int history, LineSearch lineSearch)
    {
        Fixture fixture = Fixture.Open("lbfgs", caseName);
        int length = fixture["x"].Shape[1];
        double[] points = fixture["x"].Values;
        Func<double[], (double, double[])> function = caseName.Split('_')[0] switch
        {
            "quadratic" => x => Quadratic(x, fixture["matrix"].Values, fixture["offset"].Values),
            "rosenbrock" => Rosenbrock,
            "cosines" => Cosines,
            _ => throw new ArgumentException($"There is no function for the fixture {caseName}."),
        };
        using Tensor x = device.Upload(
            new TensorShape(1, length, 1), [.. points.Take(length).Select(value => (float)value)]);
        using Tensor gradient = device.Poisoned(x.Shape);
        int evaluations = 0;
        double loss = Evaluate();
        using Optimizer optimizer = new LbfgsSettings(history, lineSearch).Create(
            _engine, x, gradient, new Objective(() => loss, Evaluate));

        for (int step = 1; step <= 8; step++)
        {
            evaluations = 0;
            if (!optimizer.Step(1))
            {
                if (lineSearch == LineSearch.StrongWolfe)
                    Assert.Equal(fixture["evaluations"].Values[step - 1], evaluations);
                loss = Evaluate();
            }
            double[] expected = points[(step * length)..((step + 1) * length)];
            double error = Closeness.RelativeL2(expected, x.ToArray());
            Assert.True(error <= 1e-3, $"Step {step}: relative L2 error {error:g3}.");
        }

        double Evaluate()
        {
            evaluations++;
            (double value, double[] slope) = function([.. x.ToArray().Select(element => (double)element)]);
            gradient.CopyFrom([.. slope.Select(element => (float)element)]);
            return loss = value;
        }
    }

    [Fact]
    public void A_zero_gradient_stops_the_run_and_says_so()
    {
        using Tensor x = device.Upload(new TensorShape(1, 4, 1), [1, 2, 3, 4]);
        using Tensor gradient = _engine.AllocateTensor("gradient", x.Shape);
        using Optimizer optimizer = new LbfgsSettings(5).Create(
            _engine, x, gradient, new Objective(() => 0, () => 0));
        optimizer.Step(1);
        Assert.Equal("the gradient is zero", optimizer.StopReason);
        Assert.Equal([1, 2, 3, 4], x.ToArray());
    }

    /// <summary>ln(1 + eᵃ) − a/2, least at 0, of which float32 makes NaN far from there.</summary>
    [Fact]
    public void A_line_search_comes_back_from_where_the_loss_is_not_finite()
    {
        using Tensor x = device.Upload(new TensorShape(1, 1, 1), [3]);
        using Tensor gradient = device.Poisoned(x.Shape);
        double loss = Evaluate();
        using Optimizer optimizer = new LbfgsSettings(5, LineSearch.StrongWolfe).Create(
            _engine, x, gradient, new Objective(() => loss, Evaluate));
        double before = loss;

        optimizer.Step(1e3);

        Assert.Null(optimizer.StopReason);
        Assert.True(Evaluate() < before);

        double Evaluate()
        {
            float a = x.ToArray()[0];
            float e = MathF.Exp(a);
            float slope = e / (1 + e) - 0.5f;
            gradient.CopyFrom([slope]);
            return loss = MathF.Abs(a) > 100 ? float.NaN : MathF.Log(1 + e) - a / 2;
        }
    }

    private static (double Value, double[] Gradient) Quadratic(double[] x, double[] matrix, double[] offset)
    {
        double value = 0;
        double[] gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double product = Enumerable.Range(0, x.Length).Sum(j => matrix[i * x.Length + j] * x[j]);
            value += x[i] * (product / 2 - offset[i]);
            gradient[i] = product - offset[i];
        }
        return (value, gradient);
    }

    private static (double Value, double[] Gradient) Rosenbrock(double[] x)
    {
        double value = 0;
        double[] gradient = new double[x.Length];
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double bend = x[i + 1] - x[i] * x[i];
            value += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
            gradient[i] += -400 * bend * x[i] - 2 * (1 - x[i]);
            gradient[i + 1] += 200 * bend;
        }
        return (value, gradient);
    }

    /// <summary>Concave where a cosine is negative: a step there has a negative curvature.</summary>
    private static (double Value, double[] Gradient) Cosines(double[] x) =>
        (-x.Sum(Math.Cos), Array.ConvertAll(x, Math.Sin));
}
