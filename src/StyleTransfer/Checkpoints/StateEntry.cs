using IlgpuStyle.Kernels;

namespace IlgpuStyle.StyleTransfer.Checkpoints;

/// <summary>A named part of what the rest of a run depends on: values that can be read, kept and put back.</summary>
/// <remarks>
/// Whoever has state lists its entries in the order in which they are put back; an entry may decide which others
/// follow, if they are listed only when they are asked for.
/// </remarks>
public sealed class StateEntry
{
    private readonly Func<Array?, Array> _read;
    private readonly Action<Array> _restore;

    private StateEntry(
        string name, Type type, IReadOnlyList<long> shape, Func<Array?, Array> read, Action<Array> restore)
    {
        Name = name;
        Type = type;
        Shape = shape;
        _read = read;
        _restore = restore;
    }

    /// <summary>Of its own in a run.</summary>
    public string Name { get; }

    /// <summary>Of each value: float or double.</summary>
    public Type Type { get; }

    /// <summary>Rows first; for a picture height, width, channels.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Of host values.</summary>
    /// <param name="name">Of the entry.</param>
    /// <param name="read">Its values; always as many.</param>
    /// <param name="restore">Puts them back.</param>
    /// <param name="columns">Values in a row; 0 for a list without rows.</param>
    public static StateEntry Of(
        string name, Func<double[]> read, Action<double[]> restore, int columns = 0)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(restore);
        int length = read().Length;
        return new StateEntry(
            name, typeof(double), columns == 0 ? [length] : [length / columns, columns], _ => read(),
            values => restore((double[])values));
    }

    /// <summary>Of a picture on the device.</summary>
    public static StateEntry Of(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorShape shape = tensor.Shape;
        return new StateEntry(
            name, typeof(float), [shape.Height, shape.Width, shape.Channels],
            into => Read(into, shape.Length, values => tensor.CopyTo(values)),
            values => tensor.CopyFrom((float[])values));
    }

    /// <summary>Of an array on the device.</summary>
    public static StateEntry Of(string name, DeviceArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Of(name, array.Length, () => array, () => array);
    }

    /// <summary>Of an array that is on the device when it is asked for.</summary>
    /// <param name="name">Of the entry.</param>
    /// <param name="length">Of the array.</param>
    /// <param name="read">The array, to read it.</param>
    /// <param name="overwrite">The array, to write all of it.</param>
    internal static StateEntry Of(string name, long length, Func<DeviceArray> read, Func<DeviceArray> overwrite) => new(
        name, typeof(float), [length], into => Read(into, length, values => read().CopyTo(values)),
        values => overwrite().CopyFrom((float[])values));

    /// <summary>The entry under a name with this before it.</summary>
    public StateEntry Under(string prefix) => new($"{prefix}.{Name}", Type, Shape, _read, _restore);

    /// <summary>The values as they are now. Waits for the device.</summary>
    /// <param name="into">
    /// An array that is taken for them where it fits: those of prints are too large for one after the other.
    /// </param>
    public Array Read(Array? into = null) => _read(into);

    /// <summary>Puts values back.</summary>
    /// <param name="values">As many as <see cref="Shape"/> says, of <see cref="Type"/>.</param>
    public void Restore(Array values) => _restore(values);

    private static float[] Read(Array? into, long length, Action<float[]> copyTo)
    {
        float[] values = into is float[] given && given.Length == length ? given : new float[length];
        copyTo(values);
        return values;
    }
}
