namespace ILGPU;

/// <summary>The distance between neighbouring elements of a one-dimensional view.</summary>
public interface IStride1D
{
    /// <summary>The distance, in elements.</summary>
    int XStride { get; }
}

/// <summary>Strides of one-dimensional views.</summary>
public static class Stride1D
{
    /// <summary>Neighbours lie side by side.</summary>
    public readonly struct Dense : IStride1D
    {
        /// <summary>Always 1.</summary>
        public int XStride => 1;
    }
}
