namespace IlgpuStyle.Kernels;

/// <summary>How a backward kernel stores its contribution to a gradient.</summary>
/// <remarks>
/// Gradients add up over all uses of a value. The first contribution of a step assigns, which spares a pass
/// that zeroes the buffer; every later one adds. See docs/decisions/0002-adding-gradients.md.
/// </remarks>
public enum GradientWrite
{
    /// <summary>gradient = contribution.</summary>
    Assign,

    /// <summary>gradient += contribution.</summary>
    Add,
}
