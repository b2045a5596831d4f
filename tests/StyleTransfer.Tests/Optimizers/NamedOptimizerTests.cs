using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Optimizers;
using IlgpuStyle.StyleTransfer.Recipes;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Optimizers;

/// <summary>What holds for every optimizer that can be asked for by name.</summary>
[Collection(TestDevice.Collection)]
public sealed class NamedOptimizerTests(TestDevice device)
{
    private static readonly TensorShape Shape = new(5, 7, 3);

    private readonly Engine _engine = device.Engine;

    public static TheoryData<string> Names => [.. NamedOptimizer.All.Select(optimizer => optimizer.Name)];

    [Fact]
    public void Every_kind_of_settings_has_a_name_and_no_name_is_there_twice()
    {
        IEnumerable<Type> kinds = typeof(OptimizerSettings).Assembly.GetTypes()
            .Where(type => type.BaseType == typeof(OptimizerSettings));
        Assert.Equal(
            kinds.OrderBy(type => type.Name, StringComparer.Ordinal),
            NamedOptimizer.All.Select(optimizer => optimizer.Settings.GetType()).Distinct());
        Assert.Distinct(NamedOptimizer.All.Select(optimizer => optimizer.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_state_takes_the_memory_that_was_planned(string name)
    {
        using var quadratic = new Quadratic(_engine);
        OptimizerSettings settings = Find(name).Settings;
        // Kernels bring scratch of their own when they are first used.
        quadratic.Optimize(settings, learningRate: 0.1, steps: 3);
        long before = _engine.AllocatedBytes;
        using Optimizer optimizer = settings.Create(_engine, quadratic.X, quadratic.Gradient, quadratic.Objective);
        long planned = settings.PlannedBytes(Shape);
        Assert.Equal(planned, _engine.AllocatedBytes - before);
        optimizer.Dispose();
        Assert.Equal(before, _engine.AllocatedBytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_goes_down_a_quadratic_the_same_way_twice(string name)
    {
        (double before, double after, float[] end) = Run();
        Assert.True(after < 0.5 * before, $"{name}: the loss went from {before:g4} to {after:g4}.");
        Assert.Equal(end, Run().End);

        (double Before, double After, float[] End) Run()
        {
            using var quadratic = new Quadratic(_engine);
            double first = quadratic.Objective.Evaluate();
            quadratic.Optimize(Find(name).Settings, learningRate: 0.1, steps: 20);
            return (first, quadratic.Objective.Evaluate(), quadratic.X.ToArray());
        }
    }

    private static NamedOptimizer Find(string name) => NamedOptimizer.All.Single(optimizer => optimizer.Name == name);

    /// <summary>½·Σ a·x², a from 1 to 2, evaluated on the host.</summary>
    private sealed class Quadratic : IDisposable
    {
        private readonly double[] _scales =
            [.. Enumerable.Range(0, (int)Shape.Length).Select(i => 1 + i / (double)Shape.Length)];
        private double _loss;

        public Quadratic(Engine engine)
        {
            Engine = engine;
            X = engine.AllocateTensor("x", Shape);
            Gradient = engine.AllocateTensor("gradient", Shape);
            X.CopyFrom(new Random(3).Uniform(Shape.Length, 2));
            Objective = new Objective(() => _loss, Evaluate);
        }

        public Tensor X { get; }

        public Tensor Gradient { get; }

        public Objective Objective { get; }

        private Engine Engine { get; }

        public void Optimize(OptimizerSettings settings, double learningRate, int steps)
        {
            using Optimizer optimizer = settings.Create(Engine, X, Gradient, Objective);
            Evaluate();
            for (int step = 0; step < steps; step++)
            {
                if (!optimizer.Step(learningRate))
                    Evaluate();
            }
        }

        public void Dispose()
        {
            X.Dispose();
            Gradient.Dispose();
        }

        private double Evaluate()
        {
            float[] x = X.ToArray();
            Gradient.CopyFrom([.. x.Select((value, i) => (float)(_scales[i] * value))]);
            return _loss = x.Select((value, i) => _scales[i] * value * value / 2).Sum();
        }
    }
}
