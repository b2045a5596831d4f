using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.Testing;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>Parameters beside variables: their gradients, over a batch and with memory saved, and Adam.</summary>
[Collection(TestDevice.Collection)]
public sealed class ParameterTests(TestDevice device)
{
    private const float Epsilon = 1e-5f;
    private const string Family = "instance_normalization";

    private readonly Engine _engine = device.Engine;
    private readonly Random _random = new(21);

    [Fact]
    public void Their_gradients_are_those_of_finite_differences()
    {
        using var network = new Network(_engine, trainable: true);
        using Tape tape = network.Record(new TensorShape(5, 6, 9), requiresGradient: false, out Variable x);
        tape.Allocate();
        x.Value.CopyFrom(_random.Normal(x.Shape.Length, 2, 3));
        tape.Forward();
        network.ClearGradients();
        tape.Backward();
        foreach (Parameter parameter in network.Parameters)
        {
            float[] start = parameter.Value.ToArray();
            float[] gradient = parameter.Gradient.ToArray();
            for (int direction = 0; direction < 3; direction++)
            {
                float[] u = _random.Uniform(parameter.Length);
                const double step = 0.05;
                double expected = (8 * (Loss(step) - Loss(-step)) - (Loss(2 * step) - Loss(-2 * step))) / (12 * step);
                double scale = Norm(gradient) * Norm(u) / Math.Sqrt(u.Length);
                Assert.InRange(Dot(gradient, u), expected - 2e-3 * scale, expected + 2e-3 * scale);

                double Loss(double h)
                {
                    parameter.Value.CopyFrom([.. start.Zip(u, (value, d) => (float)(value + h * d))]);
                    return GradientCheck.Evaluate(tape);
                }
            }
            parameter.Value.CopyFrom(start);
        }
    }

    [Fact]
    public void Of_an_input_too()
    {
        using var network = new Network(_engine, trainable: false);
        using Tape tape = network.Record(new TensorShape(5, 6, 9), requiresGradient: true, out Variable x);
        tape.Allocate();
        GradientCheck.Check(tape, x, _random.Normal(x.Shape.Length, 2, 3), 0.04, 2e-3);
    }

    /// <summary>Two pictures of different sizes, on tapes of their own, against double precision.</summary>
    [Fact]
    public void Gradients_add_up_over_a_batch()
    {
        Fixture[] fixtures = [Fixture.Open(Family, "5x7x3"), Fixture.Open(Family, "9x4x3")];
        using var scale = new Parameter(_engine, "scale", 3);
        using var bias = new Parameter(_engine, "bias", 3);
        scale.Value.CopyFrom(fixtures[0]["scale"].ToSingle());
        bias.Value.CopyFrom(fixtures[0]["bias"].ToSingle());
        for (int batch = 0; batch < 2; batch++)
        {
            scale.ClearGradient();
            bias.ClearGradient();
            foreach (Fixture fixture in fixtures)
            {
                NpyFile input = fixture["input"];
                using var tape = new Tape(_engine);
                Variable x = tape.Input(
                    "x", new TensorShape(input.Shape[0], input.Shape[1], input.Shape[2]), requiresGradient: true);
                Variable y = InstanceNormalization.Record(tape, "y", x, scale, bias, Epsilon, rectified: false);
                Variable target = tape.Input("target", x.Shape, requiresGradient: false);
                SquaredDifference.Record(tape, "loss", y, target, 0.5f);
                tape.Allocate();
                x.Value.CopyFrom(input.ToSingle());
                // d ½Σ (y − t)²/dy = y − t is then the fixture's.
                target.Value.CopyFrom([.. fixture["output"].Values.Zip(
                    fixture["output_gradient"].Values, (output, gradient) => (float)(output - gradient))]);
                tape.Forward();
                tape.Backward();
                Assert.InRange(
                    Closeness.RelativeL2(fixture["input_gradient"].Values, x.Gradient.ToArray()), 0, 2e-6);
            }
            Assert.InRange(Closeness.RelativeL2(Sum("scale_gradient"), scale.Gradient.ToArray()), 0, 2e-6);
            Assert.InRange(Closeness.RelativeL2(Sum("bias_gradient"), bias.Gradient.ToArray()), 0, 2e-6);
        }

        double[] Sum(string name) =>
            [.. fixtures[0][name].Values.Zip(fixtures[1][name].Values, (first, second) => first + second)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Saving_memory_changes_no_bit(int memorySaving)
    {
        var shape = new TensorShape(9, 7, 9);
        float[] picture = _random.Normal(shape.Length);
        using var network = new Network(_engine, trainable: true);
        using Tape plain = network.Record(shape, requiresGradient: true, out Variable x);
        using Tape saving = network.Record(shape, requiresGradient: true, out Variable y, memorySaving);
        Assert.True(memorySaving == 1 || saving.RecomputedOperations.Any());
        Assert.Equal(Gradients(plain, x), Gradients(saving, y));

        float[][] Gradients(Tape tape, Variable input)
        {
            tape.Allocate();
            input.Value.CopyFrom(picture);
            network.ClearGradients();
            tape.Forward();
            tape.Backward();
            return
            [
                input.Gradient.ToArray(),
                .. network.Parameters.Select(parameter => parameter.Gradient.ToArray()),
            ];
        }
    }

    [Fact]
    public void Without_anything_to_differentiate_by_nothing_runs_backward()
    {
        using var network = new Network(_engine, trainable: false);
        using Tape tape = network.Record(new TensorShape(4, 5, 9), requiresGradient: false, out Variable x);
        tape.Allocate();
        tape.Forward();
        long launches = _engine.LaunchCount;
        tape.Backward();
        Assert.Equal(0, _engine.LaunchCount - launches);
        Assert.Throws<InvalidOperationException>(() => network.Parameters[0].Gradient);
        Assert.Throws<InvalidOperationException>(() => x.Gradient);
    }

    [Fact]
    public void The_plan_is_what_a_tape_with_them_allocates()
    {
        using var network = new Network(_engine, trainable: true);
        using Tape tape = network.Record(new TensorShape(4, 5, 9), requiresGradient: false, out _);
        long planned = tape.PlannedBytes;
        long before = _engine.AllocatedBytes;
        tape.Allocate();
        Assert.Equal(planned, _engine.AllocatedBytes - before);
        tape.Dispose();
        Assert.Equal(before, _engine.AllocatedBytes);
    }

    [Fact]
    public void What_depends_on_all_pixels_does_not_run_in_bands()
    {
        using var network = new Network(_engine, trainable: true);
        using Tape tape = network.Record(
            new TensorShape(4, 5, 9), requiresGradient: true, out _, bands: new BandSize(2, 2));
        Assert.Equal(
            "'first' cannot run in bands.", Assert.Throws<ArgumentException>(() => tape.PlannedBytes).Message);
    }

    /// <summary>Three steps in one go, and with the state carried over to another optimiser after the first.</summary>
    [Fact]
    public void Adam_goes_on_where_it_was_with_the_same_bits()
    {
        var constants = new AdamParameters(0.9f, 0.999f, 1e-8f, AdamForm.Epsilon);
        float[] start = _random.Normal(5);
        float[][] gradients = [.. Enumerable.Range(0, 3).Select(_ => _random.Normal(5))];
        using var parameter = new Parameter(_engine, "weights", 5);
        using var resumed = new Parameter(_engine, "weights", 5);
        using var other = new Parameter(_engine, "other", 2);
        using var adam = new ParameterAdam(_engine, [parameter, other], constants);
        using var before = new ParameterAdam(_engine, [resumed], constants);
        using var after = new ParameterAdam(_engine, [resumed], constants);
        parameter.Value.CopyFrom(start);
        resumed.Value.CopyFrom(start);
        for (int step = 0; step < 3; step++)
        {
            adam.ClearGradients();
            parameter.Gradient.CopyFrom(gradients[step]);
            resumed.Gradient.CopyFrom(gradients[step]);
            adam.Step(0.1f);
            (step == 0 ? before : after).Step(0.1f);
            if (step > 0)
                continue;
            after.FirstMoments[0].CopyFrom(before.FirstMoments[0].ToArray());
            after.SecondMoments[0].CopyFrom(before.SecondMoments[0].ToArray());
            after.Steps = before.Steps;
            // The first step is η against the gradient's sign, whatever its size.
            Closeness.Close(
                [.. start.Zip(gradients[0], (value, gradient) => value - 0.1 * Math.Sign(gradient))],
                parameter.Value.ToArray(), 1e-5);
        }
        Assert.Equal(3, adam.Steps);
        Assert.Equal(parameter.Value.ToArray(), resumed.Value.ToArray());
        Assert.All(other.Value.ToArray(), value => Assert.Equal(0, value));
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (u, v) => (double)u * v).Sum();

    private static double Norm(float[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>A residual block between two sizes, whose rectifier stands far from its kink.</summary>
    private sealed class Network : IDisposable
    {
        private const int Channels = 9;
        private readonly Engine _engine;

        public Network(Engine engine, bool trainable)
        {
            _engine = engine;
            var random = new Random(8);
            Parameters =
            [
                .. ((string[])["first", "second"]).SelectMany(name => (Parameter[])
                [
                    new Parameter(engine, $"{name}.scale", Channels, trainable),
                    new Parameter(engine, $"{name}.bias", Channels, trainable),
                ]),
            ];
            foreach (Parameter parameter in Parameters)
                parameter.Value.CopyFrom(random.Normal(Channels, 0.2, 1));
            // Normalised values reach ±√(M − 1).
            Parameters[0].Value.CopyFrom(random.Normal(Channels, 0.02, 0.1));
            Parameters[1].Value.CopyFrom([.. Enumerable.Range(0, Channels).Select(c => c % 3 == 0 ? -1.5f : 1.5f)]);
        }

        public IReadOnlyList<Parameter> Parameters { get; }

        public Tape Record(
            TensorShape shape, bool requiresGradient, out Variable x, int memorySaving = 0, BandSize? bands = null)
        {
            var tape = new Tape(_engine) { MemorySaving = memorySaving, Bands = bands };
            x = tape.Input("x", shape, requiresGradient);
            Variable first = InstanceNormalization.Record(
                tape, "first", x, Parameters[0], Parameters[1], Epsilon, rectified: true);
            Variable large = UpsampleNearest.Record(tape, "upsampling", first);
            tape.BeginSegment();
            Variable small = AveragePool.Record(tape, "pool", ScaledTanh.Record(tape, "tanh", large, 3, 1));
            // A channel of zeros would be as constant as they come, and its slope 1/√ε.
            Variable sum = Addition.Record(tape, "inner", small, x);
            Variable second = InstanceNormalization.Record(
                tape, "second", sum, Parameters[2], Parameters[3], Epsilon, rectified: false);
            tape.BeginSegment();
            Variable outer = Addition.Record(tape, "outer", first, second);
            Variable padded = ReflectPad.Record(tape, "pad", outer, 2);
            Variable target = tape.Input("target", padded.Shape, requiresGradient: false);
            SquaredDifference.Record(tape, "loss", padded, target, 0.01f);
            return tape;
        }

        public void ClearGradients()
        {
            foreach (Parameter parameter in Parameters)
                parameter.ClearGradient();
        }

        public void Dispose()
        {
            foreach (Parameter parameter in Parameters)
                parameter.Dispose();
        }
    }
}
