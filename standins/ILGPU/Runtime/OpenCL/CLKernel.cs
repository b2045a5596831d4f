using System.Reflection;
using ILGPU.Compiler;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// A kernel built for a device, in up to two variants: views that do not overlap are <c>restrict</c>, which lets the
/// driver keep values in registers; the variant for views that do overlap is built when a launch first needs it.
/// </summary>
internal sealed class CLKernel : AcceleratorObject
{
    /// <summary>The file to which a kernel's name is added when it is first launched, if any.</summary>
    private static readonly string? LaunchLog = Environment.GetEnvironmentVariable("ILGPU_LAUNCH_LOG");

    private readonly CLAccelerator _accelerator;
    private nint _distinct;
    private nint _overlapping;
    private bool _launched;

    internal CLKernel(CLAccelerator accelerator, MethodInfo method, KernelIndexKind indexKind)
        : base(accelerator)
    {
        _accelerator = accelerator;
        Method = method;
        IndexKind = indexKind;
        _distinct = Build(viewsMayAlias: false);
    }

    internal MethodInfo Method { get; }

    internal KernelIndexKind IndexKind { get; }

    /// <summary>The cl_kernel to launch with views that overlap or do not.</summary>
    internal nint Handle(bool viewsMayAlias)
    {
        if (!_launched)
        {
            _launched = true;
            if (!string.IsNullOrEmpty(LaunchLog))
                File.AppendAllText(LaunchLog, Method.Name + "\n");
        }
        if (!viewsMayAlias)
            return _distinct;
        if (_overlapping == 0)
            _overlapping = Build(viewsMayAlias: true);
        return _overlapping;
    }

    protected override unsafe void Dispose(bool disposing)
    {
        if (_distinct != 0)
            _ = OpenCLLibrary.ReleaseKernel(_distinct);
        if (_overlapping != 0)
            _ = OpenCLLibrary.ReleaseKernel(_overlapping);
        base.Dispose(disposing);
    }

    private nint Build(bool viewsMayAlias)
    {
        (string entry, string source) = KernelCache.OfUser.GetOrCompile(Method, IndexKind, viewsMayAlias);
        return ProgramBuilder.OfUser.Build(_accelerator, entry, source);
    }
}
