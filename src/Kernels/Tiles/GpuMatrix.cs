using ILGPU;
using ILGPU.Runtime;
using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>The factors of a matrix product as a GPU group walks them, in units of four floats.</summary>
/// <remarks>
/// Left factor: row p starts at p · LeftPitch; its columns are runs of RunSteps steps that lie RunJump apart: for a
/// 3×3 convolution three runs, the three pixels that a row of the kernel covers being contiguous; for a plain
/// product one. Right factor: rows of RightPitch, one after the other.
/// </remarks>
internal readonly struct GpuProduct
{
    public GpuProduct(int rows, int leftPitch, int rightPitch, int steps, int runSteps, int runJump)
    {
        Rows = rows;
        LeftPitch = leftPitch;
        RightPitch = rightPitch;
        Steps = steps;
        RunSteps = runSteps;
        RunJump = runJump;
    }

    /// <summary>Rows of the left factor; further rows of a tile repeat the last.</summary>
    public readonly int Rows;

    public readonly int LeftPitch;
    public readonly int RightPitch;

    /// <summary>
    /// Steps in all, of <see cref="GpuMatrix.Depth"/> or <see cref="GpuMatrix.SmallDepth"/> columns each.
    /// </summary>
    public readonly int Steps;

    /// <summary>Steps in a run.</summary>
    public readonly int RunSteps;

    /// <summary>Added to the left factor's address between runs, beside a step.</summary>
    public readonly int RunJump;
}

/// <summary>The tiles of <see cref="GpuMatrix"/>, named by rows × columns.</summary>
internal enum GpuTileShape
{
    /// <summary>128 × 128.</summary>
    Wide,

    /// <summary>128 × 64.</summary>
    Narrow,

    /// <summary>64 × 64.</summary>
    Small,
}

/// <summary>
/// The core of the GPU's convolutions and matrix products: a group's tile of left · right, through shared memory.
/// </summary>
/// <remarks>
/// Each step stores the values prefetched from memory into shared memory (the left factor transposed, its rows
/// padded to 132 or 68 floats against bank conflicts), waits, prefetches the next step's, and multiplies. Two
/// buffers take turns, so that one barrier a step is enough. The loop is one basic block: the address past the
/// last step is replaced by a select, not skipped by a branch, because real ILGPU moves arithmetic to a loop's last
/// block. In a group each warp takes 4 × 8 threads of the tile.
/// </remarks>
internal static class GpuMatrix
{
    /// <summary>Columns of the left factor in a step of the wide and narrow tiles.</summary>
    public const int Depth = 8;

    /// <summary>Columns of the left factor in a step of the small tile.</summary>
    public const int SmallDepth = 16;

    /// <summary>Threads of the wide tile, 128 × 128.</summary>
    public const int WideThreads = 256;

    /// <summary>Threads of the narrow tile, 128 × 64.</summary>
    public const int NarrowThreads = 128;

    /// <summary>Threads of the small tile, 64 × 64.</summary>
    public const int SmallThreads = 256;

    /// <summary>Rows of the wide tile.</summary>
    public const int WideRows = 128;

    /// <summary>Columns of the wide tile.</summary>
    public const int WideColumns = 128;

    /// <summary>Rows of the narrow tile.</summary>
    public const int NarrowRows = 128;

    /// <summary>Columns of the narrow tile.</summary>
    public const int NarrowColumns = 64;

    /// <summary>Rows of the small tile.</summary>
    public const int SmallRows = 64;

    /// <summary>Columns of the small tile.</summary>
    public const int SmallColumns = 64;

    private const int LeftPitch = 33;
    private const int Buffer = Depth * LeftPitch;
    private const int SmallLeftPitch = 17;
    private const int SmallBuffer = SmallDepth * SmallLeftPitch;

    /// <summary>Without a bound on registers the wide tile takes 145 and one group fits instead of two.</summary>
    public static KernelSpecialization WideSpecialization => new(WideThreads, 2);

    /// <summary>See <see cref="WideSpecialization"/>.</summary>
    public static KernelSpecialization NarrowSpecialization => new(NarrowThreads, 4);

    /// <summary>See <see cref="WideSpecialization"/>.</summary>
    public static KernelSpecialization SmallSpecialization => new(SmallThreads, 4);

    /// <summary>The tile for a product: the wide one, unless it would leave multiprocessors idle.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="rows">Rows of the left factor.</param>
    /// <param name="depth">Channels that are contracted, with padding; the small tile needs a multiple of 16.</param>
    /// <param name="columns">Columns of the right factor, a multiple of 64.</param>
    /// <param name="planes">Products of this size in the launch.</param>
    public static GpuTileShape Choose(Engine engine, int rows, int depth, int columns, int planes)
    {
        GpuTileShape large = columns % WideColumns == 0 ? GpuTileShape.Wide : GpuTileShape.Narrow;
        Index3D grid = Grid(large, rows, columns, planes).GridDim;
        int wanted = engine.Multiprocessors * (large == GpuTileShape.Wide ? 2 : 4);
        return grid.X * grid.Y * grid.Z < wanted && depth % SmallDepth == 0 ? GpuTileShape.Small : large;
    }

    /// <summary>Groups over rows, columns and planes.</summary>
    public static KernelConfig Grid(GpuTileShape tile, int rows, int columns, int planes)
    {
        (int tileRows, int tileColumns, int threads) = tile switch
        {
            GpuTileShape.Wide => (WideRows, WideColumns, WideThreads),
            GpuTileShape.Narrow => (NarrowRows, NarrowColumns, NarrowThreads),
            _ => (SmallRows, SmallColumns, SmallThreads),
        };
        return new(
            new Index3D((rows + tileRows - 1) / tileRows, columns / tileColumns, planes), new Index3D(threads, 1, 1));
    }

    /// <summary>Columns of the left factor in a step.</summary>
    public static int DepthOf(GpuTileShape tile) => tile == GpuTileShape.Small ? SmallDepth : Depth;

    /// <summary>First row (in quads) of a thread of the wide and small tiles.</summary>
    public static int WideRow => (Group.IdxX >> 6 << 2) + ((Group.IdxX & 31) >> 3);

    /// <summary>First column (in quads) of a thread of the wide and small tiles.</summary>
    public static int WideColumn => ((Group.IdxX >> 5 & 1) << 3) + (Group.IdxX & 7);

    /// <summary>First row (in quads) of a thread of the narrow tile.</summary>
    public static int NarrowRow => (Group.IdxX >> 5 << 2) + ((Group.IdxX & 31) >> 3);

    /// <summary>First column (in quads) of a thread of the narrow tile.</summary>
    public static int NarrowColumn => Group.IdxX & 7;

    /// <summary>128 rows × 128 columns by 256 threads.</summary>
    /// <param name="left">Left factor.</param>
    /// <param name="leftFirst">Its row 0.</param>
    /// <param name="firstRow">The tile's first row.</param>
    /// <param name="right">Right factor.</param>
    /// <param name="rightFirst">Its row 0 at the tile's first column.</param>
    /// <param name="product">How to walk them.</param>
    public static GpuTile Wide(
        ArrayView<F4> left, int leftFirst, int firstRow, ArrayView<F4> right, int rightFirst, GpuProduct product)
    {
        ArrayView<F4> leftShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<F4> rightShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<float> leftFloats = leftShared.Cast<float>();
        int thread = Group.IdxX;
        int row = IntrinsicMath.Min(firstRow + (thread >> 1), product.Rows - 1);
        int leftAt = leftFirst + row * product.LeftPitch + (thread & 1);
        int rightAt = rightFirst + (thread >> 5) * product.RightPitch + (thread & 31);
        int leftStore = (thread & 1) * 4 * (LeftPitch * 4) + (thread >> 1);
        int leftRead = WideRow;
        int rightRead = WideColumn;
        int inRun = 0;
        int rightStore = thread;
        int flip = Buffer;
        F4 nextLeft = left[leftAt];
        F4 nextRight = right[rightAt];
        GpuTile sums = default;
        for (int step = 1; step <= product.Steps; step++)
        {
            ArrayView<float> store = leftFloats.SubView(leftStore);
            store[0] = nextLeft.X;
            store[LeftPitch * 4] = nextLeft.Y;
            store[LeftPitch * 8] = nextLeft.Z;
            store[LeftPitch * 12] = nextLeft.W;
            rightShared[rightStore] = nextRight;
            Group.Barrier();

            inRun++;
            int jump = Utilities.Select(inRun == product.RunSteps, product.RunJump, 0) + Depth / 4;
            inRun = Utilities.Select(inRun == product.RunSteps, 0, inRun);
            leftAt += Utilities.Select(step < product.Steps, jump, 0);
            rightAt += Utilities.Select(step < product.Steps, Depth * product.RightPitch, 0);
            nextLeft = left[leftAt];
            nextRight = right[rightAt];

            ArrayView<F4> x = leftShared.SubView(leftRead);
            ArrayView<F4> y = rightShared.SubView(rightRead);
            sums.MultiplyAdd(x[0], x[16], y[0], y[16]);
            sums.MultiplyAdd(x[33], x[49], y[32], y[48]);
            sums.MultiplyAdd(x[66], x[82], y[64], y[80]);
            sums.MultiplyAdd(x[99], x[115], y[96], y[112]);
            sums.MultiplyAdd(x[132], x[148], y[128], y[144]);
            sums.MultiplyAdd(x[165], x[181], y[160], y[176]);
            sums.MultiplyAdd(x[198], x[214], y[192], y[208]);
            sums.MultiplyAdd(x[231], x[247], y[224], y[240]);
            leftStore += 4 * flip;
            rightStore += flip;
            leftRead += flip;
            rightRead += flip;
            flip = -flip;
        }
        return sums;
    }

    /// <summary>128 rows × 64 columns by 128 threads; parameters as for <see cref="Wide"/>.</summary>
    public static GpuTile Narrow(
        ArrayView<F4> left, int leftFirst, int firstRow, ArrayView<F4> right, int rightFirst, GpuProduct product)
    {
        ArrayView<F4> leftShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<F4> rightShared = SharedMemory.Allocate<F4>(2 * Buffer);
        ArrayView<float> leftFloats = leftShared.Cast<float>();
        int thread = Group.IdxX;
        // Each thread fetches a quad of two rows of the left factor, 64 apart.
        int row = IntrinsicMath.Min(firstRow + (thread >> 1), product.Rows - 1);
        int row64 = IntrinsicMath.Min(firstRow + (thread >> 1) + 64, product.Rows - 1);
        int leftAt = leftFirst + row * product.LeftPitch + (thread & 1);
        int rows64 = (row64 - row) * product.LeftPitch;
        int rightAt = rightFirst + (thread >> 4) * product.RightPitch + (thread & 15);
        int leftStore = (thread & 1) * 4 * (LeftPitch * 4) + (thread >> 1);
        int leftRead = NarrowRow;
        int rightRead = NarrowColumn;
        int inRun = 0;
        int rightStore = thread;
        int flip = Buffer;
        F4 nextLeft = left[leftAt];
        F4 nextLeft64 = left[leftAt + rows64];
        F4 nextRight = right[rightAt];
        GpuTile sums = default;
        for (int step = 1; step <= product.Steps; step++)
        {
            ArrayView<float> store = leftFloats.SubView(leftStore);
            store[0] = nextLeft.X;
            store[LeftPitch * 4] = nextLeft.Y;
            store[LeftPitch * 8] = nextLeft.Z;
            store[LeftPitch * 12] = nextLeft.W;
            store[64] = nextLeft64.X;
            store[LeftPitch * 4 + 64] = nextLeft64.Y;
            store[LeftPitch * 8 + 64] = nextLeft64.Z;
            store[LeftPitch * 12 + 64] = nextLeft64.W;
            rightShared[rightStore] = nextRight;
            Group.Barrier();

            inRun++;
            int jump = Utilities.Select(inRun == product.RunSteps, product.RunJump, 0) + Depth / 4;
            inRun = Utilities.Select(inRun == product.RunSteps, 0, inRun);
            leftAt += Utilities.Select(step < product.Steps, jump, 0);
            rightAt += Utilities.Select(step < product.Steps, Depth * product.RightPitch, 0);
            nextLeft = left[leftAt];
            nextLeft64 = left[leftAt + rows64];
            nextRight = right[rightAt];

            ArrayView<F4> x = leftShared.SubView(leftRead);
            ArrayView<F4> y = rightShared.SubView(rightRead);
            sums.MultiplyAdd(x[0], x[16], y[0], y[8]);
            sums.MultiplyAdd(x[33], x[49], y[16], y[24]);
            sums.MultiplyAdd(x[66], x[82], y[32], y[40]);
            sums.MultiplyAdd(x[99], x[115], y[48], y[56]);
            sums.MultiplyAdd(x[132], x[148], y[64], y[72]);
            sums.MultiplyAdd(x[165], x[181], y[80], y[88]);
            sums.MultiplyAdd(x[198], x[214], y[96], y[104]);
            sums.MultiplyAdd(x[231], x[247], y[112], y[120]);
            leftStore += 4 * flip;
            rightStore += flip;
            leftRead += flip;
            rightRead += flip;
            flip = -flip;
        }
        return sums;
    }

    /// <summary>64 rows × 64 columns by 256 threads, for few rows; parameters as for <see cref="Wide"/>.</summary>
    public static GpuSmallTile Small(
        ArrayView<F4> left, int leftFirst, int firstRow, ArrayView<F4> right, int rightFirst, GpuProduct product)
    {
        ArrayView<F4> leftShared = SharedMemory.Allocate<F4>(2 * SmallBuffer);
        ArrayView<F4> rightShared = SharedMemory.Allocate<F4>(2 * SmallBuffer);
        ArrayView<float> leftFloats = leftShared.Cast<float>();
        int thread = Group.IdxX;
        int row = IntrinsicMath.Min(firstRow + (thread >> 2), product.Rows - 1);
        int leftAt = leftFirst + row * product.LeftPitch + (thread & 3);
        int rightAt = rightFirst + (thread >> 4) * product.RightPitch + (thread & 15);
        int leftStore = (thread & 3) * 4 * (SmallLeftPitch * 4) + (thread >> 2);
        int leftRead = WideRow;
        int rightRead = WideColumn;
        int inRun = 0;
        int rightStore = thread;
        int flip = SmallBuffer;
        F4 nextLeft = left[leftAt];
        F4 nextRight = right[rightAt];
        GpuSmallTile sums = default;
        for (int step = 1; step <= product.Steps; step++)
        {
            ArrayView<float> store = leftFloats.SubView(leftStore);
            store[0] = nextLeft.X;
            store[SmallLeftPitch * 4] = nextLeft.Y;
            store[SmallLeftPitch * 8] = nextLeft.Z;
            store[SmallLeftPitch * 12] = nextLeft.W;
            rightShared[rightStore] = nextRight;
            Group.Barrier();

            inRun++;
            int jump = Utilities.Select(inRun == product.RunSteps, product.RunJump, 0) + SmallDepth / 4;
            inRun = Utilities.Select(inRun == product.RunSteps, 0, inRun);
            leftAt += Utilities.Select(step < product.Steps, jump, 0);
            rightAt += Utilities.Select(step < product.Steps, SmallDepth * product.RightPitch, 0);
            nextLeft = left[leftAt];
            nextRight = right[rightAt];

            ArrayView<F4> x = leftShared.SubView(leftRead);
            ArrayView<F4> y = rightShared.SubView(rightRead);
            sums.MultiplyAdd(x[0], y[0]);
            sums.MultiplyAdd(x[17], y[16]);
            sums.MultiplyAdd(x[34], y[32]);
            sums.MultiplyAdd(x[51], y[48]);
            sums.MultiplyAdd(x[68], y[64]);
            sums.MultiplyAdd(x[85], y[80]);
            sums.MultiplyAdd(x[102], y[96]);
            sums.MultiplyAdd(x[119], y[112]);
            sums.MultiplyAdd(x[136], y[128]);
            sums.MultiplyAdd(x[153], y[144]);
            sums.MultiplyAdd(x[170], y[160]);
            sums.MultiplyAdd(x[187], y[176]);
            sums.MultiplyAdd(x[204], y[192]);
            sums.MultiplyAdd(x[221], y[208]);
            sums.MultiplyAdd(x[238], y[224]);
            sums.MultiplyAdd(x[255], y[240]);
            leftStore += 4 * flip;
            rightStore += flip;
            leftRead += flip;
            rightRead += flip;
            flip = -flip;
        }
        return sums;
    }
}
