namespace IlgpuStyle.Kernels.Convolution;

/// <summary>
/// Runs a pass by the algorithm that <see cref="ConvolutionPlan"/> chooses; each is loaded on first use.
/// </summary>
internal sealed class ConvolutionAlgorithms(Engine engine)
{
    public void Launch(in ConvolutionPass pass)
    {
        switch (ConvolutionPlan.Choose(
            engine.Class, pass.Weights.Form, pass.Backward, pass.Input.Shape, pass.Output.Shape))
        {
            case ConvolutionAlgorithm.DirectCpu:
                engine.Get(e => new DirectConvolutionCpu(e)).Launch(pass);
                break;
            case ConvolutionAlgorithm.PictureGradientCpu:
                engine.Get(e => new PictureGradientCpu(e)).Launch(pass);
                break;
            case ConvolutionAlgorithm.WinogradCpu:
                engine.Get(e => new WinogradCpu(e)).Launch(pass);
                break;
            case ConvolutionAlgorithm.DirectGpu:
                LaunchDirectGpu(pass);
                break;
            case ConvolutionAlgorithm.PictureGradientGpu:
                engine.Get(e => new PictureGradientGpu(e)).Launch(pass);
                break;
            case ConvolutionAlgorithm.WinogradGpu:
                engine.Get(e => new WinogradGpu(e)).Launch(pass);
                break;
            default:
                engine.Get(e => new PlainConvolution(e)).Launch(pass);
                break;
        }
    }

    private void LaunchDirectGpu(in ConvolutionPass pass)
    {
        DeviceArray weights = pass.Packed(
            WeightTransform.Taps, pass.Input.Shape.PaddedChannels, pass.Output.Shape.Channels,
            pass.Output.Shape.Channels);
        using (engine.Launch(PassName.Direct.Of(pass), pass.DirectFlop, pass.Bytes(weights.Length)))
        {
            engine.Get(e => new PixelProductGpu(e)).Launch(
                pass.Input, 3, weights.View, pass.Bias.View, pass.Rectify, pass.RectifiedBy, pass.Output, pass.Write);
        }
    }
}
