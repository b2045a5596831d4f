namespace IlgpuStyle.Kernels.Gram;

/// <summary>Gram matrix of features: G[i,j] = s·Σ F[p,i]·F[p,j] over the pixels p.</summary>
/// <remarks>
/// Shapes: features [H,W,C] → gram [C,C], symmetric, overwritten. The scale s is the recipe's normalisation (1,
/// 1/C, 1/(H·W), 1/(C·H·W)). Same bits each time: sums are split and added in a fixed order.
/// Source: Gatys et al. 2015, arXiv:1508.06576.
/// </remarks>
public sealed class GramForward(Engine engine)
{
    /// <summary>The partial sums of a launch.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="features">Their size.</param>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, TensorShape features)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.Class == DeviceClass.Cpu
            ? GramForwardCpu.Takes(features) ? [GramForwardCpu.Partials.Need(features.Channels)] : []
            : GramForwardGpu.Takes(features) ? [GramForwardGpu.Partials.Need(features.Channels)] : [];
    }

    /// <summary>gram = scale · FᵀF.</summary>
    /// <exception cref="ArgumentException">The array does not hold C × C values.</exception>
    /// <exception cref="DeviceException">The device has too little memory for the partial sums.</exception>
    public void Launch(Tensor features, DeviceArray gram, float scale)
    {
        ArgumentNullException.ThrowIfNull(features);
        Require.Length(nameof(GramForward), gram, (long)features.Shape.Channels * features.Shape.Channels);
        if (engine.Class == DeviceClass.Cpu && GramForwardCpu.Takes(features.Shape))
            engine.Get(e => new GramForwardCpu(e)).Launch(features, gram, scale);
        else if (engine.Class == DeviceClass.Gpu && GramForwardGpu.Takes(features.Shape))
            engine.Get(e => new GramForwardGpu(e)).Launch(features, gram, scale);
        else
            engine.Get(e => new PlainGram(e)).LaunchForward(features, gram, scale);
    }

    /// <summary>FLOP for one triangle: the other is its mirror image.</summary>
    internal static double Flop(TensorShape shape) => (double)shape.Length * (shape.Channels + 1);

    internal static double Bytes(TensorShape shape) =>
        4.0 * (shape.Length + (double)shape.Channels * shape.Channels);
}
