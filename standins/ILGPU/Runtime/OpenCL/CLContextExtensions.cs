namespace ILGPU.Runtime.OpenCL;

/// <summary>Adds OpenCL devices to a context.</summary>
public static class CLContextExtensions
{
    /// <summary>Adds all OpenCL devices that can run kernels.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder) => builder.OpenCL(_ => true);

    /// <summary>Adds the OpenCL devices that can run kernels and that <paramref name="predicate"/> accepts.</summary>
    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(predicate);
        builder.Devices.AddRange(CLDevice.FindAll().Where(device => predicate(device)));
        return builder;
    }
}
