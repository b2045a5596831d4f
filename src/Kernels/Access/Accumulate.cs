using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>How a kernel stores a gradient without a branch: the old value is kept or dropped by a select.</summary>
/// <remarks>A select, not a product: an assigning launch must not let a NaN of the old buffer through.</remarks>
internal static class Accumulate
{
    /// <summary>The kernel argument for a <see cref="GradientWrite"/>: 1 adds to the old value, 0 assigns.</summary>
    public static float Keep(GradientWrite write) => write == GradientWrite.Add ? 1f : 0f;

    /// <summary>Least bytes of storing a gradient: what is written, what is added to, the rectifier's mask.</summary>
    public static double Bytes(TensorShape shape, Tensor? rectifiedBy, GradientWrite write) =>
        4.0 * shape.Length * (1 + (rectifiedBy is null ? 0 : 1) + (write == GradientWrite.Add ? 1 : 0));

    /// <summary>contribution, or old + contribution where keep is 1.</summary>
    public static float Onto(float old, float contribution, float keep) =>
        Utilities.Select(keep > 0f, old, 0f) + contribution;

    /// <summary>The same for four values.</summary>
    public static F4 Onto(F4 old, F4 contribution, float keep) => new(
        Onto(old.X, contribution.X, keep),
        Onto(old.Y, contribution.Y, keep),
        Onto(old.Z, contribution.Z, keep),
        Onto(old.W, contribution.W, keep));

    /// <summary>ReLU's mask: the contribution where the rectified value is positive, else 0.</summary>
    public static float Rectify(float contribution, float value) => Utilities.Select(value > 0f, contribution, 0f);

    /// <summary>The same for four values.</summary>
    public static F4 Rectify(F4 contribution, F4 value) => new(
        Rectify(contribution.X, value.X),
        Rectify(contribution.Y, value.Y),
        Rectify(contribution.Z, value.Z),
        Rectify(contribution.W, value.W));
}
