namespace IlgpuStyle.Kernels.Pooling;

/// <summary>2×2 pooling with stride 2: an odd last row or column is dropped.</summary>
public static class PoolShape
{
    /// <summary>[H,W,C] → [⌊H/2⌋,⌊W/2⌋,C].</summary>
    /// <exception cref="ArgumentException">H or W is below 2.</exception>
    public static TensorShape Output(TensorShape input) => input.Height < 2 || input.Width < 2
        ? throw new ArgumentException($"2×2 pooling needs at least 2×2 pixels, not {input}.")
        : new TensorShape(input.Height / 2, input.Width / 2, input.Channels);
}
