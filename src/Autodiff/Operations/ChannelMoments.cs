using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Moments;
using IlgpuStyle.Kernels.Wasserstein;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The mean μ and the standard deviation σ of each channel of features, of the whole or window by window.
/// </summary>
/// <remarks>
/// Of the whole, differences from the mean are squared; in windows the mean is known too late, and σ² = Σ F²/M − μ².
/// </remarks>
/// <param name="engine">The device.</param>
/// <param name="name">Whose they are.</param>
/// <param name="features">Of the whole.</param>
internal sealed class ChannelMoments(Engine engine, string name, TensorShape features)
{
    private const int Vectors = 4;

    private readonly ChannelMeansForward _meansForward = engine.Get(e => new ChannelMeansForward(e));
    private readonly ChannelDeviationsForward _deviationsForward = engine.Get(e => new ChannelDeviationsForward(e));
    private readonly ChannelDeviationsOfWindows _deviationsOfWindows =
        engine.Get(e => new ChannelDeviationsOfWindows(e));

    private readonly ArrayCombine _combine = engine.Get(e => new ArrayCombine(e));
    private DeviceArray? _means;
    private DeviceArray? _deviations;
    private DeviceArray? _part;
    private DeviceArray? _zero;

    /// <summary>μ.</summary>
    public DeviceArray Means => Allocated(_means);

    /// <summary>σ.</summary>
    public DeviceArray Deviations => Allocated(_deviations);

    /// <summary>Bytes of device memory that it keeps.</summary>
    public long WorkspaceBytes => Vectors * (long)features.Channels * sizeof(float);

    /// <summary>What launches on features of a shape need of the memory that all launches share.</summary>
    public static IEnumerable<SharedScratch> Scratch(TensorShape features) =>
        [ChannelMeansForward.Scratch(features), ChannelDeviationsForward.Scratch(features)];

    /// <summary>Both, of the whole.</summary>
    /// <param name="values">The features, times the guide where there is one.</param>
    /// <param name="guide">T, whose squares add up to M; null for 1.</param>
    public void Launch(Tensor values, Tensor? guide)
    {
        _meansForward.Launch(values, guide, Means);
        _deviationsForward.Launch(values, guide, Means, Deviations);
    }

    /// <summary>Adds a window's part.</summary>
    /// <param name="inner">The features, 0 where another window has them too.</param>
    /// <param name="guide">The same of T; null for 1.</param>
    /// <param name="isFirst">Whether sums begin anew.</param>
    public void AddWindow(Tensor inner, Tensor? guide, bool isFirst)
    {
        float share = inner.Shape.Pixels / (float)features.Pixels;
        DeviceArray part = Allocated(_part);
        // Around means of 0, deviations are root mean squares.
        _deviationsForward.Launch(inner, guide, Allocated(_zero), part);
        _deviationsOfWindows.Add(part, share, Deviations, isFirst ? GradientWrite.Assign : GradientWrite.Add);
        _meansForward.Launch(inner, guide, part);
        _combine.Add(share, part, Means, isFirst);
    }

    /// <summary>To be called behind the last window.</summary>
    public void EndWindows() => _deviationsOfWindows.Launch(Deviations, Means, Deviations);

    /// <summary>Allocates what <see cref="WorkspaceBytes"/> announces.</summary>
    public void Allocate()
    {
        _means = engine.AllocateArray($"means of {name}", features.Channels);
        _deviations = engine.AllocateArray($"deviations of {name}", features.Channels);
        _part = engine.AllocateArray($"part of the moments of {name}", features.Channels);
        _zero = engine.AllocateArray($"means of {name} in a window", features.Channels);
    }

    /// <summary>Frees it.</summary>
    public void Free()
    {
        _means?.Dispose();
        _deviations?.Dispose();
        _part?.Dispose();
        _zero?.Dispose();
    }

    private DeviceArray Allocated(DeviceArray? array) =>
        array ?? throw new InvalidOperationException($"{name}: the tape is not allocated.");
}
