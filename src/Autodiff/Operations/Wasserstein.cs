using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Kernels.Gram;
using IlgpuStyle.Kernels.Matrix;
using IlgpuStyle.Kernels.Wasserstein;

namespace IlgpuStyle.Autodiff.Operations;

/// <summary>
/// The style term L = a/C · W₂²: the squared Wasserstein-2 distance of the features' Gaussian (mean μ, covariance
/// Σ = FᵀF/M − μμᵀ + r·I) from the style's (μs, Σs), Σ (μ − μs)² + trace(Σ + Σs − 2·(Σs^½·Σ·Σs^½)^½).
/// Backward: D = dL/dΣ = a/C·I + Σs^½·X·Σs^½, X the gradient of −2a/C·trace of the root; dμ = 2a/C·(μ − μs) − 2D·μ;
/// dF (+)= (2·F·D + 1·dμᵀ)/M.
/// </summary>
/// <remarks>
/// Where pixels count differently, F holds the features times T, μ is Tᵀ·F/M and dF (+)= (2·F·D + T·dμᵀ)/M: statistics
/// in which a pixel has the weight T²/M. Shapes: F [H,W,C] as M × C; T [H,W,1]; matrices [C,C]. Sources: Dowson and
/// Landau 1982; crowsonkb's style-transfer-pytorch.
/// </remarks>
public sealed class Wasserstein : LossOperation, ISummedOverWindows
{
    private readonly int _channels;
    private readonly ChannelMeansForward _meansForward;
    private readonly ChannelMeansBackward _meansBackward;
    private readonly GramForward _gramForward;
    private readonly GramBackward _gramBackward;
    private readonly CovarianceForward _covarianceForward;
    private readonly CovarianceBackwardMeans _covarianceBackward;
    private readonly MatrixSquareRoot _squareRoot;
    private readonly MatrixSquareRootTraceBackward _squareRootBackward;
    private readonly MatrixMultiply _multiply;
    private readonly WassersteinDistance _distance;
    private readonly ArrayCombine _combine;
    private readonly Engine _engine;
    private readonly Variable? _guide;
    private Workspace? _workspace;

    private Wasserstein(Tape tape, string name, Variable input, Variable? guide, float ridge, float weight)
        : base(tape, name, input, weight)
    {
        Engine engine = tape.Engine;
        _engine = engine;
        _channels = input.Shape.Channels;
        Ridge = ridge;
        _guide = guide;
        _combine = engine.Get(e => new ArrayCombine(e));
        _meansForward = engine.Get(e => new ChannelMeansForward(e));
        _meansBackward = engine.Get(e => new ChannelMeansBackward(e));
        _gramForward = engine.Get(e => new GramForward(e));
        _gramBackward = engine.Get(e => new GramBackward(e));
        _covarianceForward = engine.Get(e => new CovarianceForward(e));
        _covarianceBackward = engine.Get(e => new CovarianceBackwardMeans(e));
        _squareRoot = engine.Get(e => new MatrixSquareRoot(e));
        _squareRootBackward = engine.Get(e => new MatrixSquareRootTraceBackward(e));
        _multiply = engine.Get(e => new MatrixMultiply(e));
        _distance = engine.Get(e => new WassersteinDistance(e));
    }

    /// <summary>r, added to the diagonal of the covariance.</summary>
    public float Ridge { get; }

    /// <inheritdoc/>
    public override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => Workspace.Bytes(_channels);

    /// <inheritdoc/>
    public override IEnumerable<SharedScratch> ScratchFor(TensorShape input) =>
    [
        .. GramForward.Scratch(_engine, input), .. GramBackward.Scratch(_engine, input),
        .. MatrixMultiply.Scratch(_engine, _channels), .. MatrixSquareRoot.Scratch(_channels),
        ChannelMeansForward.Scratch(input),
    ];

    internal override IEnumerable<Variable> SideInputs => _guide is null ? [] : [_guide];

    /// <summary>Records the term.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="name">Of the term.</param>
    /// <param name="input">F.</param>
    /// <param name="guide">T, an input of the tape that the features have been multiplied by; null for none.</param>
    /// <param name="ridge">r.</param>
    /// <param name="weight">a.</param>
    /// <exception cref="ArgumentException">
    /// The guide has another size or more than one channel, or is no input of the tape.
    /// </exception>
    public static Wasserstein Record(
        Tape tape, string name, Variable input, Variable? guide, float ridge, float weight)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        tape.RequireGuide(name, guide, input);
        var operation = new Wasserstein(tape, name, input, guide, ridge, weight);
        tape.Record(operation);
        return operation;
    }

    /// <summary>Sets the style's μs (C values) and Σs (C·C, the ridge included). The tape must be allocated.</summary>
    /// <exception cref="ArgumentException">Their numbers are not C and C·C.</exception>
    public void SetTarget(float[] mean, float[] covariance)
    {
        Workspace w = Allocated();
        w.TargetMeans.CopyFrom(mean);
        w.TargetCovariance.CopyFrom(covariance);
        _squareRoot.Launch(w.TargetCovariance, w.TargetRoot, _channels);
    }

    /// <inheritdoc/>
    public override void Forward()
    {
        Workspace w = Allocated();
        _meansForward.Launch(Input.Value, _guide?.Value, w.Means);
        _gramForward.Launch(Input.Value, w.SecondMoment, 1f / Input.Shape.Pixels);
        Compare(w);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        Workspace w = Allocated();
        Differentiate(w);
        BackwardFeatures(w);
    }

    /// <summary>Means are those of a window's own pixels, hence the share; gradients take the parts' places.</summary>
    void ISummedOverWindows.AddWindow(Tensor inner, bool isFirst)
    {
        Workspace w = Allocated();
        _meansForward.Launch(inner, _guide?.Value, w.GradMeans);
        _combine.Add(BoundShare, w.GradMeans, w.Means, isFirst);
        _gramForward.Launch(inner, w.GradCovariance, 1f / Input.Shape.Pixels);
        _combine.Add(1, w.GradCovariance, w.SecondMoment, isFirst);
    }

    void ISummedOverWindows.EndWindows()
    {
        Workspace w = Allocated();
        Compare(w);
        Differentiate(w);
        _combine.Launch(BoundShare, w.GradMeans, 0, w.GradMeans, w.GradMeans);
    }

    void ISummedOverWindows.BackwardWindow() => BackwardFeatures(Allocated());

    /// <summary>The loss of mean and second moment.</summary>
    private void Compare(Workspace w)
    {
        _covarianceForward.Launch(w.SecondMoment, w.Means, w.Covariance, Ridge);
        _multiply.Launch(w.TargetRoot, w.Covariance, w.Half, _channels, 1, 0);
        _multiply.Launch(w.Half, w.TargetRoot, w.Product, _channels, 1, 0);
        _squareRoot.Launch(w.Product, w.Root, _channels);
        _distance.Launch(
            w.Means, w.TargetMeans, w.Covariance, w.TargetCovariance, w.Root, Losses, Slot, Weight / _channels);
    }

    /// <summary>Its gradient with respect to covariance and mean.</summary>
    private void Differentiate(Workspace w)
    {
        float scale = Weight / _channels;
        _squareRootBackward.Launch(w.Root, -2 * scale, w.Product, _channels);
        _multiply.Launch(w.TargetRoot, w.Product, w.Half, _channels, 1, 0);
        _multiply.Launch(w.Half, w.TargetRoot, w.GradCovariance, _channels, 1, scale);
        _covarianceBackward.Launch(w.GradCovariance, w.Means, w.TargetMeans, w.GradMeans, scale);
    }

    /// <summary>The gradient of the features that are bound.</summary>
    private void BackwardFeatures(Workspace w)
    {
        _gramBackward.Launch(
            Input.Value, w.GradCovariance, 1f / Input.Shape.Pixels, Input.Gradient, Input.RectifiedBy, Write);
        _meansBackward.Launch(w.GradMeans, _guide?.Value, Input.Gradient, Input.RectifiedBy, GradientWrite.Add);
    }

    internal override void AllocateWorkspace(Engine engine) => _workspace = new Workspace(engine, Name, _channels);

    internal override void FreeWorkspace() => _workspace?.Free();

    private Workspace Allocated() =>
        _workspace ?? throw new InvalidOperationException($"{Name}: the tape is not allocated.");

    /// <summary>The style's statistics, the features' and what leads from one to the other.</summary>
    private sealed class Workspace(Engine engine, string name, int channels)
    {
        private const int Vectors = 3;
        private const int Matrices = 8;

        private readonly List<DeviceArray> _arrays =
        [
            .. Enumerable.Range(0, Vectors).Select(_ => engine.AllocateArray($"means of {name}", channels)),
            .. Enumerable.Range(0, Matrices).Select(
                _ => engine.AllocateArray($"covariances of {name}", (long)channels * channels)),
        ];

        public DeviceArray TargetMeans => _arrays[0];

        public DeviceArray Means => _arrays[1];

        public DeviceArray GradMeans => _arrays[2];

        public DeviceArray TargetCovariance => _arrays[3];

        public DeviceArray TargetRoot => _arrays[4];

        public DeviceArray SecondMoment => _arrays[5];

        public DeviceArray Covariance => _arrays[6];

        public DeviceArray Half => _arrays[7];

        public DeviceArray Product => _arrays[8];

        public DeviceArray Root => _arrays[9];

        public DeviceArray GradCovariance => _arrays[10];

        public static long Bytes(int channels) =>
            (Vectors * (long)channels + Matrices * (long)channels * channels) * sizeof(float);

        public void Free()
        {
            foreach (DeviceArray array in _arrays)
                array.Dispose();
        }
    }
}
