namespace IlgpuStyle.Kernels;

/// <summary>Checks that launchers make on the host before a launch.</summary>
internal static class Require
{
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Shape(string operation, Tensor tensor, TensorShape expected)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape != expected)
        {
            throw new ArgumentException(
                $"{operation}: '{tensor.Name}' is {tensor.Shape}, but {expected} is needed.");
        }
    }

    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Length(string operation, DeviceArray array, long expected)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Length != expected)
        {
            throw new ArgumentException(
                $"{operation}: '{array.Name}' has {array.Length} elements, but {expected} are needed.");
        }
    }

    /// <exception cref="ArgumentException">The array has no such slot.</exception>
    public static void Slot(string operation, DeviceArray array, int slot)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (slot < 0 || slot >= array.Length)
        {
            throw new ArgumentException(
                $"{operation}: '{array.Name}' has slots 0 to {array.Length - 1}, but slot {slot} was asked for.");
        }
    }

    /// <summary>A picture kernel reads one quad a pixel: at most four channels.</summary>
    /// <exception cref="ArgumentException">The tensor has more channels.</exception>
    public static void Picture(string operation, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape.Channels > 4)
        {
            throw new ArgumentException(
                $"{operation}: '{tensor.Name}' is {tensor.Shape}, but a picture of at most 4 channels is needed.");
        }
    }
}
