using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace IlgpuStyle.Benchmarks;

/// <summary>
/// The <c>keras</c> loss of a picture (float32, 3×H×W, BGR minus means) and its gradient, with VGG19's convolutions up
/// to block5_conv2, as tests/Reference/recipes.py defines them. Targets are computed once.
/// </summary>
internal sealed class KerasObjective
{
    // Convolutions of each block, and their output channels; of the fifth those that the recipe needs.
    private static readonly (int Convolutions, int Channels)[] Blocks =
        [(2, 64), (2, 128), (4, 256), (4, 512), (2, 512)];

    private readonly (Tensor Kernel, Tensor Bias)[][] _weights;
    private readonly Tensor _content;
    private readonly Tensor[] _styles;

    /// <summary>
    /// Weights are drawn from LibTorch's generator, layer by layer: He's normal kernels, zero biases.
    /// </summary>
    /// <param name="content">RGB levels, H×W×3.</param>
    /// <param name="style">RGB levels, H×W×3.</param>
    /// <param name="channelsLast">The memory format of the kernels; a convolution's output takes its kernel's.</param>
    public KerasObjective(Tensor content, Tensor style, bool channelsLast)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int inputs = 3;
        _weights = [.. Blocks.Select(block => Enumerable.Range(0, block.Convolutions).Select(_ =>
        {
            Tensor kernel = randn(3, 3, inputs, block.Channels) * Math.Sqrt(2.0 / (9 * inputs));
            inputs = block.Channels;
            kernel = channelsLast
                ? kernel.permute(3, 0, 1, 2).contiguous().permute(0, 3, 1, 2)
                : kernel.permute(3, 2, 0, 1).contiguous();
            return (kernel.DetachFromDisposeScope(), zeros(block.Channels).DetachFromDisposeScope());
        }).ToArray())];
        _content = Features(Variable(content))[^1].DetachFromDisposeScope();
        _styles = [.. Features(Variable(style))[..^1].Select(features => Gram(features).DetachFromDisposeScope())];
    }

    /// <summary>The picture as the optimised variable.</summary>
    public static Tensor Variable(Tensor picture)
    {
        using Tensor means = tensor([103.939f, 116.779f, 123.68f]);
        return picture.permute(2, 0, 1).flip(0) - means.reshape(3, 1, 1);
    }

    public (float Loss, Tensor Gradient) Evaluate(Tensor picture)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor variable = picture.detach().requires_grad_();
        Tensor[] features = Features(variable);
        Tensor loss = 2.5e-8 * (features[^1] - _content).pow(2).sum() + 1e-6 * TotalVariation(variable);
        double pixels = picture.shape[1] * picture.shape[2];
        foreach ((Tensor layer, Tensor target) in features.Zip(_styles))
            loss += 1e-6 / 5 / (4 * 9 * pixels * pixels) * (Gram(layer) - target).pow(2).sum();
        Tensor gradient = autograd.grad([loss], [variable])[0];
        return (loss.item<float>(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>Outputs of block1_conv1 to block5_conv1 and of block5_conv2, each 1×C×H×W, after their ReLU.</summary>
    private Tensor[] Features(Tensor picture)
    {
        List<Tensor> found = [];
        Tensor x = picture.unsqueeze(0);
        for (int block = 0; block < Blocks.Length; block++)
        {
            if (block > 0)
            {
                using Tensor last = x;
                x = max_pool2d(last, 2);
            }
            for (int i = 0; i < Blocks[block].Convolutions; i++)
            {
                (Tensor kernel, Tensor bias) = _weights[block][i];
                Tensor input = x;
                x = conv2d(input, kernel, bias, padding: [1, 1]).relu_();
                // As Python drops its handle: whether the value lives on is for the graph to say.
                if (i != 1)
                    input.Dispose();
                if (i == 0 || block == Blocks.Length - 1)
                    found.Add(x);
            }
        }
        return [.. found];
    }

    private static Tensor Gram(Tensor features)
    {
        Tensor matrix = features.reshape(features.shape[1], -1);
        return matrix.mm(matrix.t());
    }

    private static Tensor TotalVariation(Tensor picture)
    {
        Tensor corner = picture[.., ..^1, ..^1];
        Tensor down = (corner - picture[.., 1.., ..^1]).pow(2);
        Tensor right = (corner - picture[.., ..^1, 1..]).pow(2);
        return (down + right).pow(1.25).sum();
    }
}
