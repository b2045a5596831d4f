using ILGPU;
using ILGPU.Util;

namespace IlgpuStyle.Kernels;

/// <summary>
/// The core of the GPU's convolutions and matrix products: a group's tile of left · right, through shared memory.
/// </summary>
/// <remarks>
/// Each step stores the values prefetched from memory into shared memory (the left factor transposed, its rows
/// padded to 132 or 68 floats against bank conflicts), waits, prefetches the next step's, and multiplies. A warp
/// fetches two quads of each of 16 rows: whole sectors of memory, and all 32 banks when they are stored. Two buffers
/// take turns, so that one barrier a step is enough. The loop is one basic block: the address past the
/// last step is replaced by a select, not skipped by a branch, because real ILGPU moves arithmetic to a loop's last
/// block. In a group each warp takes 4 × 8 threads of the tile.
/// </remarks>
internal static class GpuMatrix
{
    /// <summary>The tile for a product: the wide one, unless it would leave multiprocessors idle.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="rows">Rows of the left factor.</param>
    /// <param name="depth">Channels that are contracted, with padding; the small tile needs a multiple of 16.</param>
    /// <param name="columns">Columns of the right factor, a multiple of 64.</param>
    /// <param name="planes">Products of this size in the launch.</param>
    public static GpuTileShape Choose(Engine engine, int rows, int depth, int columns, int planes)
    {
        GpuTileShape large = columns % GpuWideTile.Columns == 0 ? GpuTileShape.Wide : GpuTileShape.Narrow;
        Index3D grid = Grid(large, rows, columns, planes).GridDim;
        int wanted = engine.Multiprocessors * (large == GpuTileShape.Wide ? 2 : 4);
        return grid.X * grid.Y * grid.Z < wanted && depth % GpuSmallTile.Depth == 0 ? GpuTileShape.Small : large;
    }

    /// <summary>Groups over rows, columns and planes.</summary>
    public static KernelConfig Grid(GpuTileShape tile, int rows, int columns, int planes) => tile switch
    {
        GpuTileShape.Wide => Grid<GpuWideTile>(rows, columns, planes),
        GpuTileShape.Narrow => Grid<GpuNarrowTile>(rows, columns, planes),
        _ => Grid<GpuSmallTile>(rows, columns, planes),
    };

    private static KernelConfig Grid<TTile>(int rows, int columns, int planes) where TTile : struct, IGpuTile => new(
        new Index3D((rows + TTile.Rows - 1) / TTile.Rows, columns / TTile.Columns, planes),
        new Index3D(TTile.Threads, 1, 1));

    /// <summary>Columns of the left factor in a step.</summary>
    public static int DepthOf(GpuTileShape tile) =>
        tile == GpuTileShape.Small ? GpuSmallTile.Depth : GpuWideTile.Depth;

    /// <summary>First row (in quads) of a thread.</summary>
    public static int Row<TTile>() where TTile : struct, IGpuTile =>
        Group.IdxX / (32 * TTile.WarpColumns) * 4 + (Group.IdxX & 31) / 8;

    /// <summary>First column (in quads) of a thread.</summary>
    public static int Column<TTile>() where TTile : struct, IGpuTile =>
        (Group.IdxX / 32 & (TTile.WarpColumns - 1)) * 8 + (Group.IdxX & 7);

    /// <summary>A group's tile of left · right.</summary>
    /// <param name="left">Left factor.</param>
    /// <param name="leftFirst">Its row 0.</param>
    /// <param name="firstRow">The tile's first row.</param>
    /// <param name="right">Right factor.</param>
    /// <param name="rightFirst">Its row 0 at the tile's first column.</param>
    /// <param name="product">How to walk them.</param>
    public static TTile Multiply<TTile>(
        ArrayView<F4> left, int leftFirst, int firstRow, ArrayView<F4> right, int rightFirst, GpuProduct product)
        where TTile : struct, IGpuTile
    {
        int depthQuads = TTile.Depth / 4;
        int columnQuads = TTile.Columns / 4;
        int buffer = TTile.Depth * TTile.LeftPitch;
        ArrayView<F4> leftShared = SharedMemory.Allocate<F4>(2 * buffer);
        ArrayView<F4> rightShared = SharedMemory.Allocate<F4>(2 * buffer);
        ArrayView<float> leftFloats = leftShared.Cast<float>();
        int thread = Group.IdxX;
        int fetchedRow = (thread >> 1) & (TTile.Rows - 1);
        int fetchedQuad = (thread & 1) + thread / (2 * TTile.Rows) * 2;
        int row = IntrinsicMath.Min(firstRow + fetchedRow, product.Rows - 1);
        int lowerRow = IntrinsicMath.Min(firstRow + fetchedRow + TTile.Rows / 2, product.Rows - 1);
        int lower = (lowerRow - row) * product.LeftPitch;
        int leftAt = leftFirst + row * product.LeftPitch + fetchedQuad;
        int rightAt = rightFirst + thread / columnQuads * product.RightPitch + (thread & (columnQuads - 1));
        int leftStore = fetchedQuad * 4 * (TTile.LeftPitch * 4) + fetchedRow;
        int leftRead = Row<TTile>();
        int rightRead = Column<TTile>();
        int inRun = 0;
        int rightStore = thread;
        int flip = buffer;
        TTile tile = default;
        tile.Prefetch(left, leftAt, lower);
        F4 nextRight = right[rightAt];
        for (int step = 1; step <= product.Steps; step++)
        {
            tile.StorePrefetched(leftFloats.SubView(leftStore));
            rightShared[rightStore] = nextRight;
            Group.Barrier();

            inRun++;
            int jump = Utilities.Select(inRun == product.RunSteps, product.RunJump, 0) + depthQuads;
            inRun = Utilities.Select(inRun == product.RunSteps, 0, inRun);
            leftAt += Utilities.Select(step < product.Steps, jump, 0);
            rightAt += Utilities.Select(step < product.Steps, TTile.Depth * product.RightPitch, 0);
            tile.Prefetch(left, leftAt, lower);
            nextRight = right[rightAt];

            tile.MultiplyAdd(leftShared.SubView(leftRead), rightShared.SubView(rightRead));
            leftStore += 4 * flip;
            rightStore += flip;
            leftRead += flip;
            rightRead += flip;
            flip = -flip;
        }
        return tile;
    }
}
