namespace IlgpuStyle.StyleTransfer.Optimizers;

/// <summary>
/// The loss as a function of the variable, for optimizers that compare losses. Both wait for the device.
/// </summary>
/// <param name="Loss">The loss that the gradient at hand belongs to.</param>
/// <param name="Evaluate">Evaluates loss and gradient at the variable's present value; returns the loss.</param>
internal sealed record Objective(Func<double> Loss, Func<double> Evaluate);
