using ILGPU;

namespace IlgpuStyle.Kernels.Optimizer;

/// <summary>Where Adam adds its ε: the two forms differ wherever ε is not small against √v.</summary>
public enum AdamForm
{
    /// <summary>x ← x − η/(1−β₁ᵗ) · m / (√(v/(1−β₂ᵗ)) + ε): algorithm 1 of the paper; PyTorch.</summary>
    Epsilon,

    /// <summary>
    /// x ← x − η·√(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε): "epsilon hat", the paper's section 2; Keras, TensorFlow.
    /// </summary>
    EpsilonHat,
}

/// <summary>Adam's constants.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Form">Where ε is added.</param>
public readonly record struct AdamParameters(float Beta1, float Beta2, float Epsilon, AdamForm Form);

/// <summary>
/// A step of Adam: m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; x ← x − a·m/(r·√v + ε), a and r by
/// <see cref="AdamForm"/>.
/// </summary>
/// <remarks>
/// Shapes: x, m, v, g [H,W,C], or arrays of one length. Source: Kingma and Ba 2014, arXiv:1412.6980. Launch: one
/// work-item per quad of the whole buffer, whose border and padding are zero and stay so (ε &gt; 0), or per element of
/// an array.
/// </remarks>
public sealed class AdamStep(Engine engine)
{
    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, int,
        StepConstants> _kernel = new(engine, AdamStepKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        StepConstants> _arrayKernel = new(engine, AdamArrayStepKernel);

    private static void AdamStepKernel(
        ArrayView<F4> x, ArrayView<F4> firstMoment, ArrayView<F4> secondMoment, ArrayView<F4> gradient, int count,
        StepConstants constants)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            F4 m = firstMoment[i];
            F4 v = secondMoment[i];
            x[i] = constants.Step(x[i], gradient[i], ref m, ref v);
            firstMoment[i] = m;
            secondMoment[i] = v;
        }
    }

    private static void AdamArrayStepKernel(
        ArrayView<float> x, ArrayView<float> firstMoment, ArrayView<float> secondMoment, ArrayView<float> gradient,
        int count, StepConstants constants)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            var m = new F4(firstMoment[i], 0, 0, 0);
            var v = new F4(secondMoment[i], 0, 0, 0);
            x[i] = constants.Step(new F4(x[i], 0, 0, 0), new F4(gradient[i], 0, 0, 0), ref m, ref v).X;
            firstMoment[i] = m.X;
            secondMoment[i] = v.X;
        }
    }

    /// <summary>Makes step number <paramref name="step"/>, counted from 1.</summary>
    /// <param name="x">What is optimised.</param>
    /// <param name="firstMoment">m, zero before step 1.</param>
    /// <param name="secondMoment">v, zero before step 1.</param>
    /// <param name="gradient">Gradient of the loss with respect to x.</param>
    /// <param name="learningRate">η of this step.</param>
    /// <param name="parameters">Adam's constants; ε must be positive.</param>
    /// <param name="step">t ≥ 1, for the correction of the moments' bias.</param>
    /// <exception cref="ArgumentException">The shapes differ, t is below 1 or ε not positive.</exception>
    public void Launch(
        Tensor x, Tensor firstMoment, Tensor secondMoment, Tensor gradient, float learningRate,
        AdamParameters parameters, int step)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(nameof(AdamStep), firstMoment, x.Shape);
        Require.Shape(nameof(AdamStep), secondMoment, x.Shape);
        Require.Shape(nameof(AdamStep), gradient, x.Shape);
        var constants = new StepConstants(parameters, learningRate, step);
        int count = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(AdamStep), 13.0 * x.Shape.Length, 28.0 * x.Shape.Length))
        {
            _kernel.Launch(FlatLaunch.Over(count), x.View.Cast<F4>(), firstMoment.View.Cast<F4>(),
                secondMoment.View.Cast<F4>(), gradient.View.Cast<F4>(), count, constants);
        }
    }

    /// <summary>The same for arrays.</summary>
    /// <exception cref="ArgumentException">The lengths differ, t is below 1 or ε not positive.</exception>
    public void Launch(
        DeviceArray x, DeviceArray firstMoment, DeviceArray secondMoment, DeviceArray gradient, float learningRate,
        AdamParameters parameters, int step)
    {
        ArgumentNullException.ThrowIfNull(x);
        Require.Length(nameof(AdamStep), firstMoment, x.Length);
        Require.Length(nameof(AdamStep), secondMoment, x.Length);
        Require.Length(nameof(AdamStep), gradient, x.Length);
        var constants = new StepConstants(parameters, learningRate, step);
        int count = checked((int)x.Length);
        using (engine.Launch(nameof(AdamStep), 13.0 * count, 28.0 * count))
        {
            _arrayKernel.Launch(
                FlatLaunch.Over(count), x.View, firstMoment.View, secondMoment.View, gradient.View, count, constants);
        }
    }

    /// <summary>The constants of one step, the bias corrections worked out in double precision.</summary>
    internal readonly struct StepConstants
    {
        public readonly float Beta1;
        public readonly float OneMinusBeta1;
        public readonly float Beta2;
        public readonly float OneMinusBeta2;
        public readonly float Epsilon;
        public readonly float StepSize;
        public readonly float RootScale;

        public StepConstants(AdamParameters parameters, float learningRate, int step)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            if (!(parameters.Epsilon > 0))
                throw new ArgumentException($"{nameof(AdamStep)}: epsilon must be positive, not {parameters.Epsilon}.");
            Beta1 = parameters.Beta1;
            OneMinusBeta1 = (float)(1 - (double)parameters.Beta1);
            Beta2 = parameters.Beta2;
            OneMinusBeta2 = (float)(1 - (double)parameters.Beta2);
            Epsilon = parameters.Epsilon;
            double correction1 = 1 - Math.Pow(parameters.Beta1, step);
            double correction2 = Math.Sqrt(1 - Math.Pow(parameters.Beta2, step));
            bool hat = parameters.Form == AdamForm.EpsilonHat;
            StepSize = (float)(learningRate / correction1 * (hat ? correction2 : 1));
            RootScale = (float)(hat ? 1 : 1 / correction2);
        }

        /// <summary>The new x; m and v become the new moments.</summary>
        public F4 Step(F4 x, F4 gradient, ref F4 m, ref F4 v)
        {
            m = F4.Broadcast(Beta1) * m + F4.Broadcast(OneMinusBeta1) * gradient;
            v = F4.Broadcast(Beta2) * v + F4.Broadcast(OneMinusBeta2) * gradient * gradient;
            F4 divisor = F4.Broadcast(RootScale) * F4.Sqrt(v) + F4.Broadcast(Epsilon);
            return x - F4.Broadcast(StepSize) * (m / divisor);
        }
    }
}
