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

    /// <summary>Steps in all, of <see cref="IGpuTile.Depth"/> columns each.</summary>
    public readonly int Steps;

    /// <summary>Steps in a run.</summary>
    public readonly int RunSteps;

    /// <summary>Added to the left factor's address between runs, beside a step.</summary>
    public readonly int RunJump;
}
