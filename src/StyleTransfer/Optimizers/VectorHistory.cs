using IlgpuStyle.Kernels;
using IlgpuStyle.StyleTransfer.Checkpoints;

namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>
/// Vectors of earlier steps: all of them on the device, or on the host, from where one at a time is copied to the device.
/// </summary>
internal sealed class VectorHistory : IDisposable
{
    /// <summary>A vector a slot, or the one for whichever was asked for last.</summary>
    private readonly DeviceArray[] _onDevice;

    /// <summary>A vector a slot, once it was written; null where all are on the device.</summary>
    private readonly float[]?[]? _onHost;

    private int _slotOnDevice = -1;
    private bool _isAhead;

    /// <param name="engine">The device.</param>
    /// <param name="name">What a vector holds, for messages.</param>
    /// <param name="slots">Vectors at most.</param>
    /// <param name="length">Of a vector, in floats.</param>
    /// <param name="onHost">Whether they lie on the host.</param>
    public VectorHistory(Engine engine, string name, int slots, long length, bool onHost)
    {
        _onDevice =
        [
            .. Enumerable.Range(0, OnDevice(slots, onHost)).Select(_ => engine.AllocateArray(name, length)),
        ];
        _onHost = onHost ? new float[]?[slots] : null;
    }

    /// <summary>Vectors in the device's memory.</summary>
    public static int OnDevice(int slots, bool onHost) => onHost ? 1 : slots;

    /// <summary>A vector on the device, until another is asked for.</summary>
    public DeviceArray Read(int slot) => Place(slot, isRead: true);

    /// <summary>Where a vector is to be written, before another is asked for.</summary>
    public DeviceArray Overwrite(int slot) => Place(slot, isRead: false);

    /// <summary>A vector as a part of the state.</summary>
    public StateEntry Entry(string name, int slot) =>
        StateEntry.Of(name, _onDevice[0].Length, () => Read(slot), () => Overwrite(slot));

    public void Dispose()
    {
        foreach (DeviceArray vector in _onDevice)
            vector.Dispose();
    }

    private DeviceArray Place(int slot, bool isRead)
    {
        if (_onHost is null)
            return _onDevice[slot];
        DeviceArray vector = _onDevice[0];
        if (_slotOnDevice != slot)
        {
            if (_isAhead)
                vector.CopyTo(_onHost[_slotOnDevice] ??= new float[vector.Length]);
            _isAhead = false;
            if (isRead && _onHost[slot] is { } values)
                vector.CopyFrom(values);
            _slotOnDevice = slot;
        }
        _isAhead |= !isRead;
        return vector;
    }
}
