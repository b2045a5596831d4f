namespace IlgpuStyle.Kernels.Convolution;

/// <summary>Runs a pass by the algorithm that <see cref="ConvolutionPlan"/> chooses; each is loaded on first use.</summary>
internal sealed class ConvolutionAlgorithms(Engine engine)
{
    public void Launch(DeviceClass formsFor, in ConvolutionPass pass)
    {
        switch (ConvolutionPlan.Choose(
            formsFor, pass.Weights.Form, pass.Backward, pass.Input.Shape, pass.Output.Shape))
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
            default:
                engine.Get(e => new PlainConvolution(e)).Launch(pass);
                break;
        }
    }
}
