using ILGPU;
using ILGPU.Util;
using IlgpuStyle.Kernels.Reduction;

namespace IlgpuStyle.Kernels.Optimizer;

/// <summary>
/// Keeps gradient descent from running away, without asking the host: g ← f·g, f = s·‖g₁‖/b with g₁ the first gradient
/// and b² = max(‖g‖², 0.9·b² of the step before, ‖g₁‖²); and where the loss L is above 1.5 times the lowest so far, x
/// goes back to the picture of the lowest, g and the momentum m become 0, and s is halved for good, from 1.
/// </summary>
/// <remarks>
/// While no gradient is longer than the first and the loss does not rise so far, f is 1 and every bit stays. Shapes: x,
/// best, g, m [H,W,C]; L = Σ losses[first … first+count−1]; best and lowest: those of <see cref="KeepBest"/>, which has
/// seen L; state: see <see cref="AllocateState"/>; factors: f of each launch, by slot, 0 where x goes back. Launch: the
/// inner product ‖g‖², one work-item that decides, then one per quad of the whole buffer.
/// </remarks>
public sealed class Safeguard(Engine engine)
{
    // Where the state holds what.
    private const int Square = 0;
    private const int FirstSquare = 1;
    private const int Scale = 2;
    private const int GoesBack = 3;
    private const int BoundSquare = 4;
    private const int StateLength = 5;

    /// <summary>A gradient that is longer than the first still counts in the steps behind it.</summary>
    private const float BoundDecay = 0.9f;

    /// <summary>The rise that is no jump on the way: 1.1 and 1.2 hold back runs that begin with one.</summary>
    private const float MostRise = 1.5f;

    private readonly Dot _dot = engine.Get(e => new Dot(e));

    private readonly DeviceKernel<ArrayView<float>, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        int> _decideKernel = new(engine, SafeguardDecideKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<F4>, ArrayView<F4>, ArrayView<float>, ArrayView<float>, int,
        int> _kernel = new(engine, SafeguardKernel);

    private readonly DeviceKernel<ArrayView<F4>, ArrayView<float>, int> _momentumKernel =
        new(engine, SafeguardMomentumKernel);

    private static void SafeguardDecideKernel(
        ArrayView<float> losses, int first, int count, ArrayView<float> lowest, ArrayView<float> state,
        ArrayView<float> factors, int slot)
    {
        float loss = 0;
        for (int i = 0; i < count; i++)
            loss += losses[first + i];
        float square = state[Square];
        float firstSquare = Utilities.Select(state[FirstSquare] > 0f, state[FirstSquare], square);
        // A NaN is a rise too; where no loss was a number there is nothing to go back to.
        float rise = Utilities.Select(loss <= MostRise * lowest[0], 0f, 1f);
        float back = Utilities.Select(lowest[0] < float.PositiveInfinity, rise, 0f);
        float scale = Utilities.Select(back > 0f, 0.5f * state[Scale], state[Scale]);
        float before = BoundDecay * state[BoundSquare];
        float longest = Utilities.Select(square > before, square, before);
        float bound = Utilities.Select(longest > firstSquare, longest, firstSquare);
        float clip = Utilities.Select(bound > firstSquare, MathF.Sqrt(firstSquare / bound), 1f);
        state[BoundSquare] = bound;
        state[FirstSquare] = firstSquare;
        state[Scale] = scale;
        state[GoesBack] = back;
        factors[slot] = Utilities.Select(back > 0f, 0f, scale * clip);
    }

    private static void SafeguardKernel(
        ArrayView<F4> x, ArrayView<F4> best, ArrayView<F4> gradient, ArrayView<float> state, ArrayView<float> factors,
        int slot, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            // Not multiplied by 0: the gradient of a picture that is left may be no number. And no select between the
            // pictures: that loads from addresses chosen value by value, eight times as slow on a CPU.
            F4 scaled = F4.Broadcast(factors[slot]) * gradient[i];
            if (state[GoesBack] > 0f)
            {
                x[i] = best[i];
                scaled = F4.Broadcast(0f);
            }
            gradient[i] = scaled;
        }
    }

    private static void SafeguardMomentumKernel(ArrayView<F4> momentum, ArrayView<float> state, int count)
    {
        int i = FlatLaunch.Item;
        if (i < count)
        {
            if (state[GoesBack] > 0f)
                momentum[i] = F4.Broadcast(0f);
        }
    }

    /// <summary>Bytes of the state.</summary>
    public const int StateBytes = StateLength * sizeof(float);

    /// <summary>
    /// What is carried from launch to launch: ‖g‖², ‖g₁‖² (0 before the first launch), s, whether the last launch led
    /// back, and b².
    /// </summary>
    public static DeviceArray AllocateState(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        DeviceArray state = engine.AllocateArray("safeguard", StateLength);
        state.CopyFrom([0, 0, 1, 0, 0]);
        return state;
    }

    /// <summary>‖g₁‖². Waits for the device.</summary>
    public static float ReadFirstSquare(DeviceArray state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.ToArray()[FirstSquare];
    }

    /// <summary>Decides, and scales the gradient or goes back.</summary>
    /// <param name="x">The picture.</param>
    /// <param name="best">The picture of the lowest loss, x included.</param>
    /// <param name="lowest">That loss.</param>
    /// <param name="gradient">Of the loss, at x.</param>
    /// <param name="momentum">Of the descent; null for none.</param>
    /// <param name="losses">The terms of x's loss, among others.</param>
    /// <param name="first">Where they begin.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="state">Carried from launch to launch.</param>
    /// <param name="factors">Where f goes.</param>
    /// <param name="slot">Which of them.</param>
    /// <exception cref="ArgumentException">Shapes or lengths differ, or there are no such slots.</exception>
    public void Launch(
        Tensor x, Tensor best, DeviceArray lowest, Tensor gradient, Tensor? momentum, DeviceArray losses, int first,
        int count, DeviceArray state, DeviceArray factors, int slot)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Require.Shape(nameof(Safeguard), best, x.Shape);
        Require.Shape(nameof(Safeguard), gradient, x.Shape);
        if (momentum is not null)
            Require.Shape(nameof(Safeguard), momentum, x.Shape);
        Require.Slot(nameof(Safeguard), lowest, 0);
        Require.Slot(nameof(Safeguard), losses, first);
        Require.Slot(nameof(Safeguard), losses, first + count - 1);
        Require.Length(nameof(Safeguard), state, StateLength);
        Require.Slot(nameof(Safeguard), factors, slot);
        _dot.Launch(gradient, gradient, state, Square);
        using (engine.Launch("Safeguard (decide)", count + 8, 4.0 * (count + 2 * StateLength)))
        {
            _decideKernel.Launch(
                new KernelConfig(1, 1), losses.View, first, count, lowest.View, state.View, factors.View, slot);
        }
        int quads = (int)(x.Shape.BorderedLength / 4);
        using (engine.Launch(nameof(Safeguard), x.Shape.Length, 20.0 * x.Shape.Length))
        {
            _kernel.Launch(FlatLaunch.Over(quads), x.View.Cast<F4>(), best.View.Cast<F4>(), gradient.View.Cast<F4>(),
                state.View, factors.View, slot, quads);
        }
        if (momentum is null)
            return;
        using (engine.Launch("Safeguard (momentum)", 0, 8.0 * x.Shape.Length))
            _momentumKernel.Launch(FlatLaunch.Over(quads), momentum.View.Cast<F4>(), state.View, quads);
    }
}
