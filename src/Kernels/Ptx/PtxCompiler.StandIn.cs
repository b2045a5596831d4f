namespace IlgpuStyle.Kernels.Ptx;

/// <summary>What takes the PTX backend's place in builds with the stand-in for ILGPU.</summary>
internal sealed class PtxCompiler(int major, int minor)
{
    /// <exception cref="DeviceException">Always.</exception>
    public IReadOnlyList<string> Compile(IReadOnlyList<GpuKernel> kernels) => throw new DeviceException(
        $"PTX for sm_{major}{minor} of {kernels.Count} kernels comes from ILGPU itself, which this program was built "
        + "without: build it with -p:Dependencies=packages.");
}
