using System.Reflection;
using ILGPU.Compiler;

namespace ILGPU.Runtime.OpenCL;

/// <summary>A cl_context with one device and one queue, and the kernels loaded so far.</summary>
internal sealed unsafe class CLAccelerator : Accelerator
{
    private readonly CLStream _stream;
    private readonly Dictionary<(MethodInfo, KernelIndexKind), CLKernel> _kernels = [];

    internal CLAccelerator(Context context, CLDevice device)
        : base(context, device)
    {
        nint id = device.Id;
        CLError error;
        using Lock.Scope setup = OpenCLLibrary.Setup.EnterScope();
        ClContext = OpenCLLibrary.CreateContext(null, 1, &id, null, null, &error);
        CLException.ThrowIfFailed(error, $"open {device.Name}");
        _stream = new CLStream(this);
    }

    public override AcceleratorStream DefaultStream => _stream;

    internal nint ClContext { get; }

    internal new CLDevice Device => (CLDevice)base.Device;

    internal nint Queue => _stream.Queue;

    internal override TDelegate LoadKernel<TDelegate>(
        Delegate action, KernelIndexKind indexKind, KernelSpecialization specialization)
    {
        ArgumentNullException.ThrowIfNull(action);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (specialization.MaxNumThreadsPerGroup > MaxNumThreadsPerGroup)
        {
            throw new NotSupportedException(
                $"The kernel {action.Method.Name} wants groups of {specialization.MaxNumThreadsPerGroup} threads; " +
                $"{Name} has at most {MaxNumThreadsPerGroup}.");
        }
        CLKernel? kernel;
        lock (_kernels)
        {
            if (!_kernels.TryGetValue((action.Method, indexKind), out kernel))
            {
                kernel = new CLKernel(this, action.Method, indexKind);
                _kernels.Add((action.Method, indexKind), kernel);
            }
        }
        return new KernelLauncher(this, kernel, specialization).CreateDelegate<TDelegate>();
    }

    private protected override MemoryBuffer AllocateRaw(long length, int elementSize) =>
        new CLMemoryBuffer(this, length, elementSize);

    protected override void Dispose(bool disposing)
    {
        using Lock.Scope setup = OpenCLLibrary.Setup.EnterScope();
        if (disposing)
        {
            _stream.Dispose();
            foreach (CLKernel kernel in _kernels.Values)
                kernel.Dispose();
        }
        _ = OpenCLLibrary.ReleaseContext(ClContext);
        base.Dispose(disposing);
    }
}
