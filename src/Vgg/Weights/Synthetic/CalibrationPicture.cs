namespace IlgpuStyle.Vgg.Weights.Synthetic;

/// <summary>A picture that synthetic weights are calibrated on.</summary>
/// <param name="Height">At least 32, so that something is left after four poolings.</param>
/// <param name="Width">At least 32.</param>
/// <param name="Rgb">Height × width × 3 values in RGB order, 0 to 255.</param>
public sealed record CalibrationPicture(int Height, int Width, float[] Rgb);
