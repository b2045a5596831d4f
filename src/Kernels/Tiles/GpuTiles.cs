using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>What sets one tile apart from another in the loop of <see cref="GpuMatrix"/>.</summary>
/// <remarks>
/// ILGPU compiles the loop for each by itself: the numbers become constants, the calls vanish. Columns, depth and warp
/// columns are powers of two.
/// </remarks>
internal interface IGpuTile
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>Columns of the left factor in a step, which is also how many rows of the right factor.</summary>
    static abstract int Depth { get; }

    /// <summary>Threads of the group: each fetches one quad of the right factor in a step.</summary>
    static abstract int Threads { get; }

    /// <summary>Warps side by side.</summary>
    static abstract int WarpColumns { get; }

    /// <summary>Quads from one column of the left factor to the next in shared memory.</summary>
    static abstract int LeftPitch { get; }

    /// <summary>Fetches the next step's part of the left factor, the lower half's so many quads on.</summary>
    void Prefetch(ArrayView<F4> left, int at, int lower);

    /// <summary>Stores it transposed.</summary>
    void StorePrefetched(ArrayView<float> shared);

    /// <summary>sums += x · y, over a step's columns and rows.</summary>
    void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y);
}

/// <summary>The three tiles.</summary>
internal enum GpuTileShape
{
    /// <summary><see cref="GpuWideTile"/>.</summary>
    Wide,

    /// <summary><see cref="GpuNarrowTile"/>.</summary>
    Narrow,

    /// <summary><see cref="GpuSmallTile"/>.</summary>
    Small,
}

/// <summary>128 rows × 128 columns by 256 threads.</summary>
internal struct GpuWideTile : IGpuTile
{
    public GpuSums Sums;
    private F4 _next;

    public static int Rows => 128;

    public static int Columns => 128;

    public static int Depth => 8;

    public static int Threads => 256;

    public static int WarpColumns => 2;

    public static int LeftPitch => GpuSums.LeftPitch;

    /// <summary>Without a bound on registers the tile takes 145 and one group fits instead of two.</summary>
    public static KernelSpecialization Specialization => new(Threads, 2);

    public void Prefetch(ArrayView<F4> left, int at, int lower) => _next = left[at];

    public readonly void StorePrefetched(ArrayView<float> shared) => F4.Scatter(_next, shared, 0, 4 * LeftPitch);

    public void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y) => Sums.MultiplyAdd(x, y, Columns / 8);
}

/// <summary>128 rows × 64 columns by 128 threads.</summary>
internal struct GpuNarrowTile : IGpuTile
{
    public GpuSums Sums;
    private F4 _next;
    private F4 _nextLower;

    public static int Rows => 128;

    public static int Columns => 64;

    public static int Depth => 8;

    public static int Threads => 128;

    public static int WarpColumns => 1;

    public static int LeftPitch => GpuSums.LeftPitch;

    /// <summary>See <see cref="GpuWideTile.Specialization"/>.</summary>
    public static KernelSpecialization Specialization => new(Threads, 4);

    public void Prefetch(ArrayView<F4> left, int at, int lower)
    {
        _next = left[at];
        _nextLower = left[at + lower];
    }

    public readonly void StorePrefetched(ArrayView<float> shared)
    {
        F4.Scatter(_next, shared, 0, 4 * LeftPitch);
        F4.Scatter(_nextLower, shared, Rows / 2, 4 * LeftPitch);
    }

    public void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y) => Sums.MultiplyAdd(x, y, Columns / 8);
}

/// <summary>64 rows × 64 columns by 256 threads, for few rows.</summary>
internal struct GpuSmallTile : IGpuTile
{
    public GpuSmallSums Sums;
    private F4 _next;

    public static int Rows => 64;

    public static int Columns => 64;

    public static int Depth => 16;

    public static int Threads => 256;

    public static int WarpColumns => 2;

    public static int LeftPitch => 17;

    /// <summary>See <see cref="GpuWideTile.Specialization"/>.</summary>
    public static KernelSpecialization Specialization => new(Threads, 4);

    public void Prefetch(ArrayView<F4> left, int at, int lower) => _next = left[at];

    public readonly void StorePrefetched(ArrayView<float> shared) => F4.Scatter(_next, shared, 0, 4 * LeftPitch);

    public void MultiplyAdd(ArrayView<F4> x, ArrayView<F4> y) => Sums.MultiplyAdd(x, LeftPitch, y);
}
