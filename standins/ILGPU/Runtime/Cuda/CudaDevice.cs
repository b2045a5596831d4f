namespace ILGPU.Runtime.Cuda;

/// <summary>A device driven through CUDA: of which the OpenCL stand-in finds none.</summary>
public sealed class CudaDevice : Device
{
    private CudaDevice()
        : base(AcceleratorType.Cuda)
    {
    }

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context) =>
        throw new NotSupportedException("This build drives devices through OpenCL only.");
}
