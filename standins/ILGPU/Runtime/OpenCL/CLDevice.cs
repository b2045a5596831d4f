namespace ILGPU.Runtime.OpenCL;

/// <summary>A device driven through OpenCL.</summary>
public sealed class CLDevice : Device
{
    private CLDevice()
        : base(AcceleratorType.OpenCL)
    {
    }

    /// <summary>The name of the driver.</summary>
    public string PlatformName { get; } = "";

    /// <summary>Who made the driver.</summary>
    public string VendorName { get; } = "";

    /// <summary>What the device is.</summary>
    public CLDeviceType DeviceType { get; }

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context) => throw new NotSupportedException();

    internal static IEnumerable<CLDevice> FindAll() => [];
}
