using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// An operation that makes sums over all pixels of its input: its forward pass adds up windows, and its backward pass
/// needs the sums of all.
/// </summary>
internal interface ISummedOverWindows
{
    /// <summary>Adds a window's part.</summary>
    /// <param name="inner">The input's values in the window, 0 where another window has them too.</param>
    /// <param name="isFirst">Whether sums begin anew.</param>
    void AddWindow(Tensor inner, bool isFirst);

    /// <summary>To be called behind the last window: the result, and what the backward passes share.</summary>
    void EndWindows();

    /// <summary>The backward pass in a window: the gradient of the input's values that are bound.</summary>
    void BackwardWindow();
}
