namespace ILGPU.Runtime.OpenCL;

/// <summary>What a device is.</summary>
[Flags]
public enum CLDeviceType
{
    /// <summary>The platform's default device.</summary>
    CL_DEVICE_TYPE_DEFAULT = 1 << 0,

    /// <summary>The host's processor.</summary>
    CL_DEVICE_TYPE_CPU = 1 << 1,

    /// <summary>A graphics processor.</summary>
    CL_DEVICE_TYPE_GPU = 1 << 2,

    /// <summary>An accelerator such as an FPGA.</summary>
    CL_DEVICE_TYPE_ACCELERATOR = 1 << 3,

    /// <summary>A device that runs no OpenCL C.</summary>
    CL_DEVICE_TYPE_CUSTOM = 1 << 4,

    /// <summary>Any device.</summary>
    CL_DEVICE_TYPE_ALL = -1,
}
