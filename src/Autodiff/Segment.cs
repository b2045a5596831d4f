using IlgpuStyle.Autodiff.Operations;
using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// A part of the graph that runs window by window: what lies between two pools, the second one included.
/// </summary>
internal sealed class Segment
{
    private readonly TensorShape _window;

    /// <param name="number">See <see cref="Tape.BeginSegment"/>.</param>
    /// <param name="operations">The segment's, those aside that run on the whole.</param>
    /// <param name="backward">Those of them that run backward, last first.</param>
    /// <param name="all">The tape's.</param>
    /// <param name="bands">Of the picture.</param>
    public Segment(
        int number, IReadOnlyList<Operation> operations, IReadOnlyList<Operation> backward,
        IReadOnlyList<Operation> all, BandSize bands)
    {
        Number = number;
        Forward = operations;
        SideInputs = [.. operations.SelectMany(operation => operation.SideInputs).Distinct()];
        Input = operations[0].Input;
        Pool = operations.FirstOrDefault(operation => operation is AveragePool or MaxPool or BinomialPool)?.Output;
        Step[] steps = [.. backward.Select(operation => new Step(operation, IsBackward: true))];
        Backward = [.. Schedule.Recompute(all, number, steps), .. steps];
        (int height, int width) = (Input.Shape.Height, Input.Shape.Width);
        bool isPooled = Pool is not null;
        int radius = operations.Sum(operation => operation.Radius);
        // A pass forward needs the halo once; one backward, whose values must be right as far as gradients come from,
        // twice, but for the pool, whose gradient comes from outside and reads no value, unless a loss compares it.
        int inFront = operations.Where(operation => operation.Output != Pool).Sum(operation => operation.Radius);
        int backwardHalo = 2 * (operations.Any(operation => operation.Input == Pool) ? radius : inFront);
        int forwardHalo = radius + (isPooled ? radius & 1 : 0); // Windows begin where a pool's do.
        int halo = Math.Max(forwardHalo, backwardHalo);
        _window = Input.Shape with
        {
            Height = Window.Length(height, bands.Rows, halo, isPooled),
            Width = Window.Length(width, Math.Max(2, bands.Columns >> number), halo, isPooled),
        };
        ForwardWindows = Window.Cover(height, width, _window.Height, _window.Width, forwardHalo, isPooled);
        BackwardWindows = Window.Cover(height, width, _window.Height, _window.Width, backwardHalo, isPooled);
    }

    /// <summary>Its number on the tape.</summary>
    public int Number { get; }

    /// <summary>What all its values are made of: the picture or the pool before.</summary>
    public Variable Input { get; }

    /// <summary>What the next segment reads; null at the last.</summary>
    public Variable? Pool { get; }

    /// <summary>The tape's inputs that the operations read beside their own.</summary>
    public IReadOnlyList<Variable> SideInputs { get; }

    /// <summary>The operations in order.</summary>
    public IReadOnlyList<Operation> Forward { get; }

    /// <summary>The steps of the backward phase: what must be computed again, and the backward passes.</summary>
    public IReadOnlyList<Step> Backward { get; }

    /// <summary>The windows of the forward phase.</summary>
    public IReadOnlyList<Window> ForwardWindows { get; }

    /// <summary>The windows of the backward phase.</summary>
    public IReadOnlyList<Window> BackwardWindows { get; }

    /// <summary>The shape of a variable's part in a window.</summary>
    public TensorShape WindowShape(Variable variable)
    {
        TensorShape shape = variable.Shape;
        return IsPooled(variable)
            ? shape with { Height = _window.Height / 2, Width = _window.Width / 2 }
            // Padded by a rim or not.
            : shape with
            {
                Height = _window.Height + shape.Height - Input.Shape.Height,
                Width = _window.Width + shape.Width - Input.Shape.Width,
            };
    }

    /// <summary>A window in pixels of a variable.</summary>
    public Window WindowOf(Variable variable, Window window) => IsPooled(variable) ? window.Pooled() : window;

    private bool IsPooled(Variable variable) => Pool is not null && variable.Shape.Height == Pool.Shape.Height
        && variable.Shape.Width == Pool.Shape.Width;
}
