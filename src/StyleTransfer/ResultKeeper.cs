using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.StyleTransfer.Checkpoints;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.StyleTransfer;

/// <summary>
/// The picture that a run will hand over, kept on the device: the last, the best or the iterates' average.
/// </summary>
/// <remarks>
/// The average is A ← d·A + (1−d)·x over the start and every iterate, divided by 1 − dⁿ after n of them, as Adam
/// corrects its moments.
/// </remarks>
internal sealed class ResultKeeper : IDisposable
{
    private readonly Engine _engine;
    private readonly Tensor _picture;
    private readonly BestPicture _best;
    private readonly ResultPicture _kind;
    private readonly double _decay;
    private readonly Tensor? _average;
    private double _remainder = 1;

    public ResultKeeper(Engine engine, Recipe recipe, Tensor picture, BestPicture best)
    {
        _engine = engine;
        _picture = picture;
        _best = best;
        _kind = recipe.Result;
        _decay = recipe.AverageDecay;
        if (_kind == ResultPicture.Average)
            _average = engine.AllocateTensor("average picture", picture.Shape);
        SeeMoved();
    }

    /// <summary>What a run depends on.</summary>
    public IEnumerable<StateEntry> State => _average is null
        ? []
        :
        [
            StateEntry.Of("average", _average),
            StateEntry.Of("average_remainder", () => [_remainder], values => _remainder = values[0]),
        ];

    /// <summary>Device memory, in bytes.</summary>
    public static long PlannedBytes(Recipe recipe, TensorShape picture) =>
        recipe.Result == ResultPicture.Average ? picture.AllocatedBytes : 0;

    /// <summary>Averages from the picture as it is now.</summary>
    public void Restart()
    {
        _remainder = 1;
        _average?.Clear();
        SeeMoved();
    }

    /// <summary>To be called when the picture has moved.</summary>
    public void SeeMoved()
    {
        if (_average is null)
            return;
        _remainder *= _decay;
        _engine.Get(e => new Scale(e)).Launch(_average, (float)_decay, _average);
        _engine.Get(e => new AddScaled(e)).Launch(_picture, (float)(1 - _decay), _average);
    }

    /// <summary>The result so far, in the variable's units. Waits for the device.</summary>
    public float[] Read()
    {
        float[] values = (_average ?? (_kind == ResultPicture.Best ? _best.Value : _picture)).ToArray();
        if (_average is not null)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] / (1 - _remainder));
        }
        return values;
    }

    public void Dispose() => _average?.Dispose();
}
