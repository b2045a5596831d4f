namespace IlgpuStyle.Kernels.Convolution;

/// <summary>What a profile calls a pass, by its form; made once, since a launch allocates nothing.</summary>
internal sealed class PassName(string form)
{
    public static readonly PassName Plain = new("plain");
    public static readonly PassName Direct = new("direct");
    public static readonly PassName Winograd = new("winograd");
    public static readonly PassName WinogradTransform = new("winograd transform");
    public static readonly PassName WinogradMultiply = new("winograd multiply");
    public static readonly PassName WinogradOutput = new("winograd output");

    private readonly string _forward = $"ConvolutionForward ({form})";
    private readonly string _backward = $"ConvolutionBackwardInput ({form})";

    public string Of(in ConvolutionPass pass) => pass.Backward ? _backward : _forward;
}
