namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Winograd F(4×4,3×3) for OpenCL on a CPU (see <see cref="WinogradTile"/>), by the faster of its two shapes.
/// </summary>
internal sealed class WinogradCpu(Engine engine)
{
    /// <summary>Largest n·m whose weights (36·n·m floats) the fused shape may reread for every 12 tiles.</summary>
    private const int FusedChannelProduct = 128 * 256;

    /// <summary>Whether both channel counts fill whole vectors and tiles.</summary>
    public static bool Takes(TensorShape input, TensorShape output) =>
        input.Channels % 16 == 0 && output.Channels % RegisterTile.Columns == 0;

    /// <summary>What a pass needs of the workspace.</summary>
    public static IEnumerable<SharedScratch> Scratch(Engine engine, TensorShape input, TensorShape output) =>
        ConvolutionWorkspace.Needs(
            IsFused(input, output)
                ? WinogradFusedCpu.Scratch(engine, input, output)
                : WinogradPassesCpu.Scratch(input, output),
            !IsFused(input, output) && WinogradMultiplyInPlaceCpu.IsFaster(engine, input, output)
                ? WinogradMultiplyInPlaceCpu.Scratch(engine, output)
                : WinogradWeightsCpu.Scratch(input, output));

    public void Launch(in ConvolutionPass pass)
    {
        if (IsFused(pass.Input.Shape, pass.Output.Shape))
            engine.Get(e => new WinogradFusedCpu(e)).Launch(pass);
        else
            engine.Get(e => new WinogradPassesCpu(e)).Launch(pass);
    }

    /// <summary>Whether a pass is faster fused than in three; docs/performance.md has the measurements.</summary>
    public static bool IsFused(TensorShape input, TensorShape output) =>
        input.Channels * output.Channels <= FusedChannelProduct;
}
