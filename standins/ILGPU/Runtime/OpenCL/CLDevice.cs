using System.Runtime.InteropServices;
using System.Text;

namespace ILGPU.Runtime.OpenCL;

/// <summary>A device driven through OpenCL.</summary>
public sealed class CLDevice : Device
{
    private const ulong CorrectlyRoundedDivideSqrt = 1 << 7;

    private CLDevice(nint platform, nint id)
        : base(AcceleratorType.OpenCL)
    {
        Id = id;
        PlatformName = Text(platform, PlatformInfo.Name);
        VendorName = Text(platform, PlatformInfo.Vendor);
        Name = Text(id, DeviceInfo.Name);
        DeviceType = (CLDeviceType)Info<long>(id, DeviceInfo.Type);
        MemorySize = Info<long>(id, DeviceInfo.GlobalMemorySize);
        MaxAllocation = Info<long>(id, DeviceInfo.MaxAllocationSize);
        MaxNumThreadsPerGroup = (int)Math.Min(Info<nuint>(id, DeviceInfo.MaxGroupSize), int.MaxValue);
        MaxSharedMemoryPerGroup = (int)Math.Min(Info<long>(id, DeviceInfo.LocalMemorySize), int.MaxValue);
        NumMultiprocessors = Info<int>(id, DeviceInfo.ComputeUnits);
        DriverIdentity = string.Join(
            '|', PlatformName, Text(platform, PlatformInfo.Version), Name, Text(id, DeviceInfo.DriverVersion));
        RoundsDivisionCorrectly = (Info<ulong>(id, DeviceInfo.SingleConfig) & CorrectlyRoundedDivideSqrt) != 0;

        string[] extensions = Text(id, DeviceInfo.Extensions).Split(' ');
        WarpSize =
            extensions.Contains("cl_nv_device_attribute_query") ? Info<int>(id, DeviceInfo.WarpSizeNvidia)
            : extensions.Contains("cl_amd_device_attribute_query") ? Info<int>(id, DeviceInfo.WavefrontWidthAmd)
            : 1;
    }

    /// <summary>The name of the driver.</summary>
    public string PlatformName { get; }

    /// <summary>Who made the driver.</summary>
    public string VendorName { get; }

    /// <summary>What the device is.</summary>
    public CLDeviceType DeviceType { get; }

    internal nint Id { get; }

    /// <summary>The largest buffer in bytes.</summary>
    internal long MaxAllocation { get; }

    internal bool RoundsDivisionCorrectly { get; }

    /// <summary>Device, driver and their versions: what a binary is made for.</summary>
    internal string DriverIdentity { get; }

    /// <summary>Whether the driver is Oclgrind, which simulates a device and reports what kernels do wrong.</summary>
    internal bool IsOclgrind => PlatformName == "Oclgrind";

    /// <summary>
    /// Whether a binary stands for its source. Oclgrind cites the source, and is told by its environment how to build.
    /// </summary>
    internal bool KeepsBinaries => !IsOclgrind;

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ObjectDisposedException.ThrowIf(context.IsDisposed, context);
        return new CLAccelerator(context, this);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CLDevice other && other.Id == Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>All devices that are there and compile OpenCL C 1.2.</summary>
    internal static unsafe List<CLDevice> FindAll()
    {
        List<CLDevice> found = [];
        if (!OpenCLLibrary.IsAvailable)
            return found;
        using Lock.Scope setup = OpenCLLibrary.Setup.EnterScope();
        PoclCache.EnsureUsable();
        uint count;
        if (OpenCLLibrary.GetPlatformIDs(0, null, &count) != CLError.CL_SUCCESS || count == 0)
            return found;
        nint[] platforms = new nint[count];
        fixed (nint* p = platforms)
        {
            if (OpenCLLibrary.GetPlatformIDs(count, p, null) != CLError.CL_SUCCESS)
                return found;
        }
        foreach (nint platform in platforms)
        {
            foreach (nint device in DevicesOf(platform))
            {
                if (Info<int>(device, DeviceInfo.Available) != 0
                    && Info<int>(device, DeviceInfo.CompilerAvailable) != 0
                    && CompilesOpenCLC12(device))
                {
                    found.Add(new CLDevice(platform, device));
                }
            }
        }
        return found;
    }

    private static unsafe nint[] DevicesOf(nint platform)
    {
        const ulong All = 0xFFFFFFFF;
        uint count;
        if (OpenCLLibrary.GetDeviceIDs(platform, All, 0, null, &count) != CLError.CL_SUCCESS || count == 0)
            return [];
        nint[] devices = new nint[count];
        fixed (nint* d = devices)
            return OpenCLLibrary.GetDeviceIDs(platform, All, count, d, null) == CLError.CL_SUCCESS ? devices : [];
    }

    private static bool CompilesOpenCLC12(nint device)
    {
        // "OpenCL C <major>.<minor> <vendor's text>"
        string[] words = Text(device, DeviceInfo.OpenCLCVersion).Split(' ');
        return words.Length >= 3 && Version.TryParse(words[2], out Version? version) && version >= new Version(1, 2);
    }

    private static unsafe T Info<T>(nint device, DeviceInfo what)
        where T : unmanaged
    {
        T value = default;
        return OpenCLLibrary.GetDeviceInfo(device, (uint)what, (nuint)sizeof(T), &value, null) == CLError.CL_SUCCESS
            ? value
            : default;
    }

    private static unsafe string Text(nint device, DeviceInfo what) =>
        Text(OpenCLLibrary.GetDeviceInfo, device, (uint)what);

    private static unsafe string Text(nint platform, PlatformInfo what) =>
        Text(OpenCLLibrary.GetPlatformInfo, platform, (uint)what);

    private static unsafe string Text(
        delegate* unmanaged<nint, uint, nuint, void*, nuint*, CLError> query, nint id, uint what)
    {
        nuint size;
        if (query(id, what, 0, null, &size) != CLError.CL_SUCCESS || size == 0)
            return "";
        byte[] bytes = new byte[size];
        fixed (byte* b = bytes)
        {
            return query(id, what, size, b, null) == CLError.CL_SUCCESS
                ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(b)).Trim()
                : "";
        }
    }

    /// <summary>What clGetPlatformInfo is asked for.</summary>
    private enum PlatformInfo : uint
    {
        Version = 0x0901,
        Name = 0x0902,
        Vendor = 0x0903,
    }

    /// <summary>What clGetDeviceInfo is asked for; the last two belong to extensions.</summary>
    private enum DeviceInfo : uint
    {
        Type = 0x1000,
        ComputeUnits = 0x1002,
        MaxGroupSize = 0x1004,
        MaxAllocationSize = 0x1010,
        SingleConfig = 0x101B,
        GlobalMemorySize = 0x101F,
        LocalMemorySize = 0x1023,
        Available = 0x1027,
        CompilerAvailable = 0x1028,
        Name = 0x102B,
        DriverVersion = 0x102D,
        Extensions = 0x1030,
        OpenCLCVersion = 0x103D,
        WarpSizeNvidia = 0x4003,
        WavefrontWidthAmd = 0x4043,
    }
}
