using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Optimizer;
using IlgpuStyle.StyleTransfer.Losses;
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
    private readonly LossGraph _graph;
    private readonly Tensor _picture;
    private readonly ResultPicture _kind;
    private readonly double _decay;
    private readonly Tensor? _kept;
    private readonly DeviceArray? _lowest;
    private double _remainder = 1;

    public ResultKeeper(Engine engine, Recipe recipe, LossGraph graph)
    {
        _engine = engine;
        _graph = graph;
        _picture = graph.Picture.Value;
        _kind = recipe.Result;
        _decay = recipe.AverageDecay;
        if (_kind != ResultPicture.Last)
            _kept = engine.AllocateTensor("result", _picture.Shape);
        if (_kind == ResultPicture.Best)
            _lowest = KeepBest.AllocateLowest(engine);
        SeeMoved();
    }

    /// <summary>Device memory, in bytes.</summary>
    public static long PlannedBytes(Recipe recipe, TensorShape picture) =>
        recipe.Result switch
        {
            ResultPicture.Last => 0,
            ResultPicture.Best => picture.AllocatedBytes + 2 * sizeof(float),
            _ => picture.AllocatedBytes,
        };

    /// <summary>To be called when the loss of the picture is in a row.</summary>
    public void SeeEvaluated(int row)
    {
        if (_kind == ResultPicture.Best)
            _graph.KeepBest(row, _kept!, _lowest!);
    }

    /// <summary>To be called when the picture has moved.</summary>
    public void SeeMoved()
    {
        if (_kind != ResultPicture.Average)
            return;
        _remainder *= _decay;
        _engine.Get(e => new Scale(e)).Launch(_kept!, (float)_decay, _kept!);
        _engine.Get(e => new AddScaled(e)).Launch(_picture, (float)(1 - _decay), _kept!);
    }

    /// <summary>The result so far, in the variable's units. Waits for the device.</summary>
    public float[] Read()
    {
        if (_kind == ResultPicture.Last)
            return _picture.ToArray();
        float[] values = _kept!.ToArray();
        if (_kind == ResultPicture.Average)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] / (1 - _remainder));
        }
        return values;
    }

    public void Dispose()
    {
        _kept?.Dispose();
        _lowest?.Dispose();
    }
}
