using ILGPU.Util;

namespace IlgpuStyle.Kernels.Convolution;

/// <summary>Where a convolution's taps lie on the device: [K′/b][9][C′][b], c and k padded to C′ and K′.</summary>
/// <remarks>
/// With b = K′ that is Keras's order, [9][C′][K′]. On a CPU b is 32 where K allows: the panels of a
/// <see cref="RegisterTile"/>, so that whoever reads 32 output channels reads one run of memory.
/// </remarks>
internal readonly struct TapLayout
{
    private readonly int _inputPitch;

    /// <param name="weights">The convolution.</param>
    /// <param name="backward">Whether a pass contracts K and produces C, with the kernel turned by 180°.</param>
    public TapLayout(ConvolutionWeights weights, bool backward)
    {
        _inputPitch = ConvolutionWeights.Padded(weights.InputChannels);
        Block = weights.TapBlock;
        IsBackward = backward ? 1 : 0;
    }

    /// <param name="inputChannels">C′.</param>
    /// <param name="block">b.</param>
    /// <param name="backward">Whether a pass contracts K and produces C, with the kernel turned by 180°.</param>
    public TapLayout(int inputChannels, int block, bool backward)
    {
        _inputPitch = inputChannels;
        Block = block;
        IsBackward = backward ? 1 : 0;
    }

    /// <summary>b.</summary>
    public readonly int Block;

    /// <summary>1 for a backward pass, else 0.</summary>
    public readonly int IsBackward;

    /// <summary>From a tap of a pair of channels to the next of the same pair; the backward pass goes down.</summary>
    public int TapPitch => _inputPitch * Block;

    /// <summary>The tap 3r + s that meets input (r, s), for contracted channel n and produced channel m.</summary>
    public int Offset(int tap, int n, int m)
    {
        int c = Utilities.Select(IsBackward > 0, m, n);
        int k = Utilities.Select(IsBackward > 0, n, m);
        int turned = Utilities.Select(IsBackward > 0, ConvolutionWeights.TapCount - 1 - tap, tap);
        return ((k / Block * ConvolutionWeights.TapCount + turned) * _inputPitch + c) * Block + k % Block;
    }
}
