using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;

namespace IlgpuStyle.FastStyle;

/// <summary>
/// The device memory of a plan's maps: arrays that stay for the next picture, and grow where it is larger.
/// </summary>
internal sealed class ForwardMemory(Engine engine) : IDisposable
{
    private readonly List<DeviceArray> _arrays = [];
    private readonly List<Tensor> _bandMaps = [];
    private ForwardPlan? _plan;
    private int _taken;
    private long _offset;

    /// <summary>Makes room for a picture.</summary>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public void Prepare(ForwardPlan plan)
    {
        _plan = plan;
        _bandMaps.Clear();
        for (int i = 0; i < plan.Arenas.Lengths.Count; i++)
        {
            if (i < _arrays.Count && _arrays[i].Length >= plan.Arenas.Lengths[i])
                continue;
            // The old ones first, so that both are never there at once.
            foreach (DeviceArray smaller in _arrays.Skip(i))
                smaller.Dispose();
            _arrays.RemoveRange(Math.Min(i, _arrays.Count), Math.Max(0, _arrays.Count - i));
            _arrays.Add(engine.AllocateUninitializedArray("maps", plan.Arenas.Lengths[i]));
        }
    }

    /// <summary>A kept map, whose border is zero and whose pixels hold anything.</summary>
    public Tensor Keep(int place)
    {
        (DeviceArray array, long offset) = PlaceOf(place);
        return Cleared($"map of layer {place}", _plan!.Shapes[place], array, offset);
    }

    /// <summary>
    /// Some rows of a kept map as a tensor of their own; null where they do not begin at an aligned place. The rows
    /// above and below stand where its border would be.
    /// </summary>
    public Tensor? RowsOf(int place, int first, int count)
    {
        (DeviceArray array, long offset) = PlaceOf(place);
        TensorShape shape = _plan!.Shapes[place];
        offset += (long)first * shape.RowPitch;
        return offset % Engine.ArenaAlignment == 0
            ? engine.PlaceTensor($"rows of layer {place}", shape with { Height = count }, array, offset)
            : null;
    }

    /// <summary>Begins a band: maps lie one behind the other, those of bands of one size in the same places.</summary>
    public void BeginBand()
    {
        _taken = 0;
        _offset = 0;
    }

    /// <summary>A band's map, whose border is zero and whose pixels hold anything.</summary>
    public Tensor Take(TensorShape shape)
    {
        if (_taken == _bandMaps.Count || _bandMaps[_taken].Shape != shape)
        {
            // Those behind it lie elsewhere now.
            _bandMaps.RemoveRange(_taken, _bandMaps.Count - _taken);
            (DeviceArray array, long offset) = PlaceOf(ForwardPlan.BandKey);
            _bandMaps.Add(Cleared("map of a band", shape, array, offset + _offset));
        }
        _offset += (shape.AllocatedLength + Engine.ArenaAlignment - 1) / Engine.ArenaAlignment * Engine.ArenaAlignment;
        return _bandMaps[_taken++];
    }

    public void Dispose()
    {
        foreach (DeviceArray array in _arrays)
            array.Dispose();
    }

    private (DeviceArray Array, long Offset) PlaceOf(int key)
    {
        Placement place = _plan!.Arenas.Placements[key];
        return (_arrays[place.Arena], place.Offset);
    }

    private Tensor Cleared(string name, TensorShape shape, DeviceArray array, long offset)
    {
        Tensor tensor = engine.PlaceTensor(name, shape, array, offset);
        engine.Get(e => new ClearBorder(e)).Launch(tensor);
        return tensor;
    }
}
