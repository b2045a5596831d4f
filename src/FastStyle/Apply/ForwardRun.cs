using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Normalization;
using IlgpuStyle.Kernels.ValidConvolution;
using IlgpuStyle.Kernels.Windows;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.FastStyle;

/// <summary>A network's passes over one picture.</summary>
internal sealed class ForwardRun : IDisposable
{
    private readonly Engine _engine;
    private readonly NetworkParameters _parameters;
    private readonly ForwardPlan _plan;
    private readonly RgbPicture _picture;
    private readonly Dictionary<int, Tensor> _kept = [];
    private readonly Dictionary<int, DeviceArray> _statistics = [];
    private readonly ForwardMemory _memory;

    /// <param name="engine">The device.</param>
    /// <param name="parameters">The network's weights.</param>
    /// <param name="plan">For the picture's size.</param>
    /// <param name="picture">Levels from 0 to 255.</param>
    /// <param name="memory">Prepared for the plan.</param>
    public ForwardRun(
        Engine engine, NetworkParameters parameters, ForwardPlan plan, RgbPicture picture, ForwardMemory memory)
    {
        _engine = engine;
        _parameters = parameters;
        _plan = plan;
        _picture = picture;
        _memory = memory;
    }

    /// <summary>Makes all passes.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RgbPicture Run(CancellationToken cancellation)
    {
        float[] result = new float[_picture.Values.Length];
        for (int pass = 0; pass < _plan.Passes.Count; pass++)
            Run(_plan.Passes[pass], pass == _plan.Passes.Count - 1 ? result : null, cancellation);
        return new RgbPicture(_picture.Height, _picture.Width, result);
    }

    public void Dispose()
    {
        foreach (DeviceArray statistics in _statistics.Values)
            statistics.Dispose();
    }

    /// <summary>Computes all rows of a layer, band by band.</summary>
    /// <param name="pass">Which layer, and what becomes of it.</param>
    /// <param name="result">The picture that they are copied to; null for none.</param>
    /// <param name="cancellation">Ends it between two bands.</param>
    private void Run(ForwardPass pass, float[]? result, CancellationToken cancellation)
    {
        TensorShape shape = _plan.Shapes[pass.Place];
        // What lies below the picture, where its height is no multiple of the strides, is left out.
        int height = result is null ? shape.Height : _picture.Height;
        if (pass.IsKept)
            _kept[pass.Place] = _memory.Keep(pass.Place);
        using DeviceArray? rows = pass.Normalizations.Count > 0
            ? _engine.AllocateUninitializedArray("instance statistics of rows", InstanceStatistics.RowsLength(shape))
            : null;
        for (int first = 0; first < height; first += pass.BandRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(pass.BandRows, height - first);
            _memory.BeginBand();
            BandStep step = _plan.Planner.Compute(pass.Place, first, count);
            // A convolution writes pixels and nothing else, so that it may write in the middle of a map.
            Tensor? inPlace = pass.IsKept && step is ConvolutionStep
                ? _memory.RowsOf(pass.Place, first, count)
                : null;
            Tensor band = Run(step, inPlace);
            if (rows is not null)
                _engine.Get(e => new InstanceStatistics(e)).LaunchRows(band, 0, count, rows, first);
            if (pass.IsKept && inPlace is null)
            {
                _engine.Get(e => new ScatterWindow(e)).Launch(
                    band, PixelRectangle.Of(band.Shape), _kept[pass.Place], first, 0);
            }
            if (result is not null)
                CopyRows(band, result, first);
        }
        foreach (int place in pass.Normalizations)
        {
            DeviceArray statistics = _engine.AllocateUninitializedArray(
                $"statistics of layer {place}", InstanceStatistics.Length(shape));
            _statistics[place] = statistics;
            _engine.Get(e => new InstanceStatistics(e)).LaunchTotal(
                rows!, shape, _parameters.NormalizationAt(place).Epsilon, statistics);
        }
    }

    private Tensor Run(BandStep step, Tensor? inPlace = null)
    {
        if (step is KeptStep kept)
            return _kept[kept.Place];
        Tensor[] inputs = [.. step.Inputs.Select(input => Run(input))];
        Tensor output = inPlace ?? _memory.Take(step.Shape);
        switch (step)
        {
            case PictureStep { FirstRow: var first, Shape: var shape }:
                output.CopyFrom(_picture.Values.AsSpan(
                    first * shape.Width * shape.Channels, (int)shape.Length));
                break;
            case WindowStep { Normalization: { } place } window:
                (Parameter scale, Parameter bias, _) = _parameters.NormalizationAt(place);
                _engine.Get(e => new ReflectedBand(e)).LaunchNormalized(
                    inputs[0], output, window.Rows, _statistics[place], scale.Value, bias.Value, window.Rectified);
                break;
            case WindowStep window:
                _engine.Get(e => new ReflectedBand(e)).Launch(inputs[0], output, window.Rows);
                break;
            case ConvolutionStep { Place: var place }:
                (ConvolutionParameters convolution, int stride) = _parameters.ConvolutionAt(place);
                _engine.Get(e => new ValidConvolutionForward(e)).Launch(
                    inputs[0], convolution.Weights.Value, convolution.Bias.Value, output, convolution.Kernel, stride);
                break;
            case AdditionStep:
                _engine.Get(e => new AdditionForward(e)).Launch(inputs[0], inputs[1], output);
                break;
            case TanhStep { Layer: var tanh }:
                _engine.Get(e => new ScaledTanhForward(e)).Launch(inputs[0], output, tanh.Factor, tanh.Offset);
                break;
        }
        return output;
    }

    /// <summary>Copies a band of the output, without what lies to the right of the picture.</summary>
    private void CopyRows(Tensor band, float[] result, int first)
    {
        float[] values = band.ToArray();
        int pitch = band.Shape.Width * StyleNetwork.PictureChannels;
        int length = _picture.Width * StyleNetwork.PictureChannels;
        for (int row = 0; row < band.Shape.Height; row++)
            values.AsSpan(row * pitch, length).CopyTo(result.AsSpan((first + row) * length));
    }
}
