namespace IlgpuStyle.Autodiff.Operations;

/// <summary>The size rule of 2×2 pooling with stride 2: half of each side, an odd row or column dropped.</summary>
internal static class PooledSize
{
    public static Variable OutputOf(string name, Variable input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Height < 2 || input.Shape.Width < 2)
        {
            throw new ArgumentException(
                $"{name}: a picture of {input.Shape} cannot be halved again; choose a larger --size.");
        }
        return new Variable(
            name,
            input.Shape with { Height = input.Shape.Height / 2, Width = input.Shape.Width / 2 },
            isRectified: false,
            input.RequiresGradient);
    }
}
