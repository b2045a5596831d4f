using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.Kernels;

/// <summary>
/// An open device: owns its memory and its stream, keeps the loaded kernels, counts and times launches.
/// </summary>
/// <remarks>
/// Launches are asynchronous and run in order. Not thread-safe. Tensors and arrays must be disposed before
/// the engine.
/// </remarks>
public sealed class Engine : IDisposable
{
    private const string InstallHint =
        "install an OpenCL driver (Debian: apt install pocl-opencl-icd ocl-icd-libopencl1) or NVIDIA's CUDA driver";

    /// <summary>What to tell a user whose machine has no device at all.</summary>
    public static string NoDeviceMessage =>
        $"This machine has no CUDA or OpenCL device: {PoclCache.Refusal ?? InstallHint}.";

    /// <summary>
    /// Floats between the places at which tensors may start in an array: 256 bytes, as ILGPU assumes.
    /// </summary>
    public const int ArenaAlignment = 64;

    private static readonly Lock DriverLock = new();

    private readonly Context _context;
    private readonly LargePages? _largePages;
    private readonly Dictionary<Type, object> _launchers = [];
    private List<PendingRecord>? _records;

    static Engine()
    {
        // ILGPU asks for the development names libOpenCL.so and libcuda.so; run-time packages bring only these.
        AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly)!.ResolvingUnmanagedDll += (_, name) =>
            (name.Contains("OpenCL", StringComparison.OrdinalIgnoreCase)
                && System.Runtime.InteropServices.NativeLibrary.TryLoad("libOpenCL.so.1", out nint library))
            || (name.Contains("cuda", StringComparison.OrdinalIgnoreCase)
                && System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out library))
            ? library : 0;
        HostAllocator.ReturnLargeBlocks();
    }

    private Engine(Context context, Accelerator accelerator, DeviceDescription description)
    {
        _context = context;
        Accelerator = accelerator;
        Queue = new LaunchQueue(accelerator);
        Device = description;
        Class = description.Class;
        Multiprocessors = description.Multiprocessors;
        if (OperatingSystem.IsLinux() && Class == DeviceClass.Cpu)
            _largePages = new LargePages((CLAccelerator)accelerator);
        Kernels = new KernelCache(accelerator, $"{description.Api} {description.Name}");
    }

    /// <summary>The open device.</summary>
    public DeviceDescription Device { get; }

    /// <summary>
    /// GPU or CPU: which of a kernel's fast forms applies. The device's, unless a test takes the other's, which any
    /// device can run.
    /// </summary>
    public DeviceClass Class { get; internal set; }

    /// <summary>Whether the driver has yet to compile the kernels, which takes many times as long as a start.</summary>
    public bool IsFirstStart => Kernels.IsFirstStart;

    /// <summary>Bytes of device memory that live tensors and arrays hold.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>The most that <see cref="AllocatedBytes"/> has been.</summary>
    public long PeakAllocatedBytes { get; private set; }

    /// <summary>Buffers allocated since the engine was opened.</summary>
    public long AllocationCount { get; private set; }

    /// <summary>Kernels launched since the engine was opened.</summary>
    public long LaunchCount { get; private set; }

    /// <summary>Times that the host has waited for the device since the engine was opened.</summary>
    public long SynchronizationCount { get; private set; }

    /// <summary>The op on whose behalf launches are made now, for <see cref="Profile"/>.</summary>
    public string Operation { get; set; } = "";

    internal Accelerator Accelerator { get; }

    internal KernelCache Kernels { get; }

    /// <summary>Launches that wait for kernels to load, and all that must not overtake them.</summary>
    internal LaunchQueue Queue { get; }

    /// <summary>
    /// Multiprocessors that launches are shaped for: the device's, unless a test shapes them for a larger one.
    /// </summary>
    internal int Multiprocessors { get; set; }

    /// <summary>
    /// Whether what is not initialized holds NaN: set by tests, so that whoever reads before writing is found.
    /// </summary>
    internal bool PoisonsUninitialized { get; set; }

    /// <summary>
    /// Whether two faults of Oclgrind are heeded: set by tests on it. Its check for uninitialised values takes a buffer
    /// that is filled for one as long as the pattern, so that zeros are copied from the host; and it crashes where a
    /// thread copies to the device that has not opened it, so that kernels are waited for.
    /// </summary>
    internal bool HeedsOclgrind { get; set; }

    /// <summary>Every CUDA and OpenCL device of the machine, usable or not.</summary>
    public static IReadOnlyList<DeviceDescription> ListDevices()
    {
        using Context context = CreateContext();
        var devices = new List<DeviceDescription>();
        foreach (Device device in GpuAndOpenClDevices(context))
        {
            string? refusal = null;
            try
            {
                CreateAccelerator(device, context).Dispose();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                refusal = exception.Message;
            }
            devices.Add(Describe(device, devices.Count, refusal));
        }
        return devices;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="selector">
    /// "auto" (the first that works of CUDA, OpenCL GPU, OpenCL CPU), "cuda", "opencl", "cpu" (OpenCL on a
    /// CPU) or a device's number. Of several a device must run a small kernel to be chosen.
    /// </param>
    /// <exception cref="ArgumentException">The selector is none of these.</exception>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used.</exception>
    public static Engine Open(string selector = "auto")
    {
        ArgumentNullException.ThrowIfNull(selector);
        Context context = CreateContext();
        try
        {
            return Open(context, selector);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Allocates a zeroed tensor.</summary>
    /// <exception cref="ArgumentException">A size is not positive or the tensor is too large.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Tensor AllocateTensor(string name, TensorShape shape)
    {
        Tensor tensor = NewTensor(name, shape);
        tensor.Clear();
        return tensor;
    }

    /// <summary>
    /// Allocates a tensor whose border is zero and whose pixels hold anything, for what is written before it is read.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive or the tensor is too large.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public Tensor AllocateUninitializedTensor(string name, TensorShape shape)
    {
        Tensor tensor = NewTensor(name, shape);
        Poison(tensor.View);
        Get(engine => new ClearBorder(engine)).Launch(tensor);
        return tensor;
    }

    /// <summary>
    /// A tensor inside an array that others use too, at other times. Whoever takes it over clears it first: its border
    /// holds what the tensor before has left.
    /// </summary>
    /// <param name="name">What it holds, for messages.</param>
    /// <param name="shape">Its size.</param>
    /// <param name="arena">The array; it must live longer.</param>
    /// <param name="offset">Its first float, a multiple of <see cref="ArenaAlignment"/>.</param>
    /// <exception cref="ArgumentException">The tensor does not fit, or the offset is not aligned.</exception>
    public Tensor PlaceTensor(string name, TensorShape shape, DeviceArray arena, long offset)
    {
        ArgumentNullException.ThrowIfNull(arena);
        shape.Validate();
        if (offset < 0 || offset % ArenaAlignment != 0 || offset + shape.AllocatedLength > arena.Length)
        {
            throw new ArgumentException(
                $"'{name}' of {shape} cannot lie at {offset} of '{arena.Name}', which has {arena.Length} floats.");
        }
        return new Tensor(this, name, shape, arena, offset);
    }

    /// <summary>Allocates a zeroed array of floats.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public DeviceArray AllocateArray(string name, long length)
    {
        DeviceArray array = NewArray(name, length);
        array.Clear();
        return array;
    }

    /// <summary>Allocates an array of floats that hold anything, for what is written before it is read.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public DeviceArray AllocateUninitializedArray(string name, long length)
    {
        DeviceArray array = NewArray(name, length);
        Poison(array.View);
        return array;
    }

    /// <summary>
    /// The engine's one launcher of a kind, created on first use: kernels are loaded once per device.
    /// </summary>
    public TLauncher Get<TLauncher>(Func<Engine, TLauncher> create)
        where TLauncher : class
    {
        ArgumentNullException.ThrowIfNull(create);
        if (!_launchers.TryGetValue(typeof(TLauncher), out object? launcher))
        {
            launcher = create(this);
            _launchers.Add(typeof(TLauncher), launcher);
        }
        return (TLauncher)launcher;
    }

    /// <summary>
    /// Begins to load, in the background, the kernels that the last run on this device launched: for a run that will
    /// launch most likely the same, once it has read its inputs.
    /// </summary>
    public void LoadKernelsAhead() => Kernels.LoadAhead();

    /// <summary>Waits until every launch so far has finished.</summary>
    public void Synchronize()
    {
        CountSynchronization();
        Queue.Drain();
        Accelerator.Synchronize();
    }

    /// <summary>Runs an action and returns each kernel launch that it made, timed on the device.</summary>
    public IReadOnlyList<LaunchRecord> Profile(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (_records is not null)
            throw new InvalidOperationException("A profile is being taken already.");
        var records = new List<PendingRecord>();
        _records = records;
        try
        {
            action();
            Synchronize();
            return records.ConvertAll(record => record.Result());
        }
        finally
        {
            _records = null;
            foreach (PendingRecord record in records)
                record.Dispose();
        }
    }

    /// <summary>Frees the device. Tensors and arrays must have been disposed.</summary>
    public void Dispose()
    {
        foreach (IDisposable launcher in _launchers.Values.OfType<IDisposable>())
            launcher.Dispose();
        Queue.Abandon();
        Kernels.Close();
        if (LaunchCount > 0)
            Kernels.Keep();
        Accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>Brackets one kernel launch: counts it and, while profiling, times it.</summary>
    /// <param name="kernel">The launcher's name and form.</param>
    /// <param name="floatingPointOperations">FLOP that the operation needs (a multiply-add is 2).</param>
    /// <param name="bytes">Least memory traffic of the operation.</param>
    internal LaunchScope Launch(string kernel, double floatingPointOperations, double bytes)
    {
        LaunchCount++;
        if (_records is null)
            return default;
        var record = new PendingRecord(Operation, kernel, floatingPointOperations, bytes)
        {
            Start = AddMarker(),
        };
        _records.Add(record);
        return new LaunchScope(this, record);
    }

    internal MemoryBuffer1D<float, Stride1D.Dense> AllocateBuffer(string name, long length)
    {
        long bytes = length * sizeof(float);
        if (AllocatedBytes + bytes > Device.MemoryBytes)
            throw OutOfMemory(name, bytes, null);
        try
        {
            MemoryBuffer1D<float, Stride1D.Dense> buffer = Accelerator.Allocate1D<float>(length);
            _largePages?.Advise(buffer);
            AllocationCount++;
            AllocatedBytes += bytes;
            PeakAllocatedBytes = Math.Max(PeakAllocatedBytes, AllocatedBytes);
            return buffer;
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            throw OutOfMemory(name, bytes, exception);
        }
    }

    internal void Free(MemoryBuffer1D<float, Stride1D.Dense> buffer)
    {
        AllocatedBytes -= buffer.LengthInBytes;
        Queue.Add(buffer.Dispose);
    }

    internal void Clear(ArrayView<float> view) => Queue.Add(() =>
    {
        if (HeedsOclgrind)
            view.CopyFromCPU(new float[view.Length]);
        else
            view.MemSetToZero();
    });

    internal void CountSynchronization() => SynchronizationCount++;

    private Tensor NewTensor(string name, TensorShape shape)
    {
        shape.Validate();
        return new Tensor(this, name, shape);
    }

    private DeviceArray NewArray(string name, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return new DeviceArray(this, name, length);
    }

    private void Poison(ArrayView<float> view)
    {
        if (!PoisonsUninitialized)
            return;
        float[] poison = new float[view.Length];
        Array.Fill(poison, float.NaN);
        Queue.Add(() => view.CopyFromCPU(poison));
    }

    private ProfilingMarker AddMarker()
    {
        Queue.Drain();
        return Accelerator.DefaultStream.AddProfilingMarker();
    }

    private static Context CreateContext()
    {
        _ = PoclCache.Refusal; // Chosen before a driver looks for it.
        // PoCL shows no device to a thread that asks while another makes the first call.
        lock (DriverLock)
        {
            return Context.Create(builder => builder
                .Cuda()
                .OpenCL(_ => true)
                .Optimize(OptimizationLevel.O2)
                .EnableAlgorithms()
                .Profiling());
        }
    }

    private static Engine Open(Context context, string selector)
    {
        List<Device> devices = GpuAndOpenClDevices(context);
        if (devices.Count == 0)
            throw new DeviceException(NoDeviceMessage);

        Device[] candidates = [.. selector switch
        {
            "auto" => devices,
            "cuda" => devices.Where(device => device.AcceleratorType == AcceleratorType.Cuda),
            "opencl" => devices.Where(device => device.AcceleratorType == AcceleratorType.OpenCL),
            "cpu" => devices.Where(device => ClassOf(device) == DeviceClass.Cpu),
            _ => int.TryParse(selector, out int index)
                ? devices.Skip(index).Take(index < 0 ? 0 : 1)
                : throw new ArgumentException(
                    $"Unknown device '{selector}': use auto, cuda, opencl, cpu or a number from 0 to "
                    + $"{devices.Count - 1}."),
        }];

        string? refusal = null;
        foreach (Device device in candidates)
        {
            if (IsPocl(device) && PoclCache.Refusal is { } noCache)
            {
                refusal ??= $"{device.Name}: {noCache}";
                continue;
            }
            try
            {
                Accelerator accelerator = CreateAccelerator(device, context);
                var engine = new Engine(context, accelerator, Describe(device, devices.IndexOf(device), null));
                if (candidates.Length > 1)
                    engine.Try();
                engine.Get(e => new ClearBorder(e)).Load();
                return engine;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                refusal ??= $"{device.Name}: {exception.Message}";
            }
        }
        IEnumerable<string> present = devices.Select((device, index) => $"{index} ({device.Name})");
        throw new DeviceException(refusal is null
            ? $"This machine has no device '{selector}': it has {string.Join(", ", present)}."
            : $"No device for '{selector}' can be used ({refusal})"
                + (PoclCache.Refusal is null ? $": {InstallHint}." : "."));
    }

    /// <summary>Loads and launches a kernel, for a driver may open a device that it then refuses kernels on.</summary>
    private void Try()
    {
        AllocateUninitializedTensor("trial", new TensorShape(1, 1, 8)).Dispose();
        Synchronize();
        LaunchCount = AllocationCount = PeakAllocatedBytes = SynchronizationCount = 0;
    }

    /// <remarks>
    /// ILGPU refuses OpenCL devices without the generic address space, such as PoCL before version 4; the code that it
    /// writes at O2 needs none.
    /// </remarks>
    private static Accelerator CreateAccelerator(Device device, Context context)
    {
        if (device is CLDevice openCl)
            SetGenericAddressSpace(openCl.Capabilities, true);
        return device.CreateAccelerator(context);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_GenericAddressSpace")]
    private static extern void SetGenericAddressSpace(CLCapabilityContext capabilities, bool value);

    /// <summary>
    /// CUDA devices first, then OpenCL GPUs, then OpenCL CPUs; ILGPU's debugging CPU device not at all.
    /// </summary>
    private static List<Device> GpuAndOpenClDevices(Context context) => [.. context.Devices
        .Where(device => device.AcceleratorType != AcceleratorType.CPU)
        .OrderBy(device => device.AcceleratorType == AcceleratorType.Cuda ? 0 : 1)
        .ThenBy(ClassOf)];

    private static DeviceClass ClassOf(Device device) =>
        device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU } ? DeviceClass.Cpu : DeviceClass.Gpu;

    private static bool IsPocl(Device device) =>
        device is CLDevice { PlatformName: "Portable Computing Language" };

    private static DeviceDescription Describe(Device device, int index, string? refusal) => new(
        index,
        device.Name,
        device.AcceleratorType == AcceleratorType.Cuda ? "CUDA" : "OpenCL",
        ClassOf(device),
        device.NumMultiprocessors,
        // A driver for the CPU may report a part of what there is.
        ClassOf(device) == DeviceClass.Cpu ? HostMemory.TotalBytes : device.MemorySize,
        device is CLDevice limited
            ? CLAPI.CurrentAPI.GetDeviceInfo<long>(limited.DeviceId, CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE)
            : device.MemorySize,
        device switch
        {
            CLDevice openCl => CLAPI.CurrentAPI.GetDeviceInfo(
                openCl.DeviceId, CLDeviceInfoType.CL_DRIVER_VERSION),
            CudaDevice cuda => $"{cuda.DriverVersion}",
            _ => "",
        },
        refusal);

    private DeviceException OutOfMemory(string name, long bytes, Exception? cause)
    {
        string message = $"Too little device memory: '{name}' needs {Mebibytes(bytes)} MiB, "
            + (bytes > Device.LargestArrayBytes
                ? $"and the driver gives {Mebibytes(Device.LargestArrayBytes)} MiB at once; "
                : $"{Mebibytes(AllocatedBytes)} of {Mebibytes(Device.MemoryBytes)} MiB are in use; ")
            + "choose a smaller picture.";
        return cause is null ? new DeviceException(message) : new DeviceException(message, cause);
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;

    /// <summary>Ends a launch's timing when disposed.</summary>
    internal readonly ref struct LaunchScope(Engine engine, PendingRecord record)
    {
        /// <summary>Marks the end of the launch on the stream.</summary>
        public void Dispose()
        {
            if (record is not null)
                record.End = engine.AddMarker();
        }
    }

    internal sealed class PendingRecord(
        string operation, string kernel, double floatingPointOperations, double bytes) : IDisposable
    {
        public required ProfilingMarker Start { get; init; }

        public ProfilingMarker? End { get; set; }

        public LaunchRecord Result() => new(operation, kernel, floatingPointOperations, bytes, End! - Start);

        public void Dispose()
        {
            Start.Dispose();
            End?.Dispose();
        }
    }
}
