namespace IlgpuStyle.Kernels.Convolution;

/// <summary>What the passes of Winograd over some of a map's tiles cost, and their names in a profile.</summary>
internal readonly struct WinogradCost
{
    /// <summary>FLOP of Bᵀ·d·B for one tile and channel: 12 columns of 19.</summary>
    private const double InputFlop = 228;

    /// <summary>FLOP of Aᵀ·M·A for one tile and channel: 10 columns of 13.</summary>
    private const double OutputFlop = 130;

    /// <summary>FLOP of G·g·Gᵀ for one pair of channels: 9 columns of 12.</summary>
    public const double WeightFlop = 108;

    private readonly ConvolutionPass _pass;
    private readonly int _tiles;

    /// <param name="pass">The convolution.</param>
    /// <param name="tiles">How many of its tiles.</param>
    public WinogradCost(in ConvolutionPass pass, int tiles)
    {
        _pass = pass;
        _tiles = tiles;
    }

    private double Share => (double)_tiles / new WinogradTile(_pass.Output.Shape).Count;

    private double Products => (double)WinogradTile.Products * _tiles * _pass.Input.Shape.Channels;

    private double Sums => (double)WinogradTile.Products * _tiles * _pass.Output.Shape.Channels;

    private double Pairs => (double)_pass.Input.Shape.Channels * _pass.Output.Shape.Channels;

    private double Weights => WinogradTile.Products * Pairs;

    private double TransformFlop => InputFlop * _tiles * _pass.Input.Shape.Channels;

    private double MultiplyFlop => 2 * Products * _pass.Output.Shape.Channels;

    private double TransformBackFlop => OutputFlop * _tiles * _pass.Output.Shape.Channels;

    /// <summary>Brackets all three stages in one launch.</summary>
    public Engine.LaunchScope Fused(Engine engine) => engine.Launch(
        PassName.Winograd.Of(_pass), TransformFlop + MultiplyFlop + TransformBackFlop, _pass.Bytes((long)Weights));

    /// <summary>Brackets the transform of the input.</summary>
    public Engine.LaunchScope Transform(Engine engine) => engine.Launch(
        PassName.WinogradTransform.Of(_pass), TransformFlop, 4 * (Share * _pass.Input.Shape.Length + Products));

    /// <summary>Brackets the 36 matrix products for a share of the produced channels.</summary>
    public Engine.LaunchScope Multiply(Engine engine, double share = 1) => engine.Launch(
        PassName.WinogradMultiply.Of(_pass), share * MultiplyFlop, 4 * (Products + share * (Weights + Sums)));

    /// <summary>Brackets the 36 matrix products where they make the weights that they read.</summary>
    public Engine.LaunchScope MultiplyInPlace(Engine engine) => engine.Launch(
        PassName.WinogradMultiply.Of(_pass), MultiplyFlop + WeightFlop * Pairs,
        4 * (Products + ConvolutionWeights.TapCount * Pairs + Sums));

    /// <summary>Brackets the transform of the sums.</summary>
    public Engine.LaunchScope TransformBack(Engine engine) => engine.Launch(
        PassName.WinogradOutput.Of(_pass), TransformBackFlop, 4 * Sums + Share * _pass.StoredBytes);
}
