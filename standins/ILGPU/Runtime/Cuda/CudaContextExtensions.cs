namespace ILGPU.Runtime.Cuda;

/// <summary>Adds CUDA devices to a context: of which the OpenCL stand-in finds none.</summary>
public static class CudaContextExtensions
{
    /// <summary>Adds nothing.</summary>
    public static Context.Builder Cuda(this Context.Builder builder) => builder;
}
