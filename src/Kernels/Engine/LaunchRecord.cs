namespace IlgpuStyle.Kernels;

/// <summary>One kernel launch as <see cref="Engine.Profile"/> saw it.</summary>
/// <param name="Operation">The op and layer on whose behalf it ran, e.g. "block1_conv1 forward".</param>
/// <param name="Kernel">The launcher's name, e.g. "ConvolutionForward (winograd)".</param>
/// <param name="FloatingPointOperations">Arithmetic that the operation needs, in FLOP (a multiply-add is 2).</param>
/// <param name="Bytes">Least memory traffic: each input read once, each output written once.</param>
/// <param name="Duration">Time on the device.</param>
public sealed record LaunchRecord(
    string Operation, string Kernel, double FloatingPointOperations, double Bytes, TimeSpan Duration);
