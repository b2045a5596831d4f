namespace ILGPU.Runtime;

/// <summary>Through which interface a device is driven.</summary>
public enum AcceleratorType
{
    /// <summary>Emulation on the host.</summary>
    CPU,

    /// <summary>CUDA.</summary>
    Cuda,

    /// <summary>OpenCL.</summary>
    OpenCL,
}
