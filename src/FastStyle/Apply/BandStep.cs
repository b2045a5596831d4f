using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Windows;

namespace IlgpuStyle.FastStyle;

/// <summary>Some rows of a layer's output, and the steps that they are computed by.</summary>
/// <param name="Shape">What the step makes.</param>
internal abstract record BandStep(TensorShape Shape)
{
    /// <summary>The steps whose outputs it reads.</summary>
    public virtual IEnumerable<BandStep> Inputs => [];

    /// <summary>Floats that this step and those before it are given, each a place of its own.</summary>
    public long Floats => OwnFloats + Inputs.Sum(input => input.Floats);

    /// <summary>Floats of its own output.</summary>
    public virtual long OwnFloats =>
        (Shape.AllocatedLength + Engine.ArenaAlignment - 1) / Engine.ArenaAlignment * Engine.ArenaAlignment;
}

/// <summary>Rows of the picture, from the host.</summary>
internal sealed record PictureStep(TensorShape Shape, int FirstRow) : BandStep(Shape);

/// <summary>A map that is there as a whole.</summary>
internal sealed record KeptStep(TensorShape Shape, int Place) : BandStep(Shape)
{
    public override long OwnFloats => 0;
}

/// <summary>Rows normalised, doubled, padded: any of that, or a copy.</summary>
/// <param name="Shape">See <see cref="BandStep"/>.</param>
/// <param name="Input">The rows that it is made of.</param>
/// <param name="Rows">Which ones.</param>
/// <param name="Normalization">The place of the layer; null for none.</param>
/// <param name="Rectified">Whether a ReLU stands behind it.</param>
internal sealed record WindowStep(
    TensorShape Shape, BandStep Input, BandRows Rows, int? Normalization, bool Rectified) : BandStep(Shape)
{
    public override IEnumerable<BandStep> Inputs => [Input];
}

/// <summary>Rows of a convolution.</summary>
internal sealed record ConvolutionStep(TensorShape Shape, BandStep Input, int Place) : BandStep(Shape)
{
    public override IEnumerable<BandStep> Inputs => [Input];
}

/// <summary>Rows of a sum.</summary>
internal sealed record AdditionStep(TensorShape Shape, BandStep Input, BandStep Other) : BandStep(Shape)
{
    public override IEnumerable<BandStep> Inputs => [Input, Other];
}

/// <summary>Rows of a scaled tanh.</summary>
internal sealed record TanhStep(TensorShape Shape, BandStep Input, TanhLayer Layer) : BandStep(Shape)
{
    public override IEnumerable<BandStep> Inputs => [Input];
}
