namespace IlgpuStyle.Testing;

/// <summary>A theory that is left out where no CUDA device was asked for.</summary>
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    /// <summary>Left out on a card, too.</summary>
    public bool Emulated { get; init; }

    /// <summary>Left out, too, where the emulated device does not look for races and unwritten memory.</summary>
    public bool Checked { get; init; }

    public override string? Skip
    {
        get => Environment.GetEnvironmentVariable("ILGPUSTYLE_TEST_DEVICE") != "cuda"
                ? "Needs ILGPUSTYLE_TEST_DEVICE=cuda."
            : (Emulated || Checked) && Environment.GetEnvironmentVariable("CUDAEMU_CACHE") is null
                ? "Needs the emulated device."
            : Checked && Environment.GetEnvironmentVariable("CUDAEMU_CHECK") != "all" ? "Needs CUDAEMU_CHECK=all."
            : null;
        set => throw new NotSupportedException();
    }
}
