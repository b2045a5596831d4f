using ILGPU;

namespace IlgpuStyle.Kernels.Gram;

/// <summary>
/// Gram matrix and its gradient, one work-item per output element: the oracle for the fast forms and the fallback
/// for channel counts that they do not take.
/// </summary>
/// <remarks>
/// Forward: G[i,j] = s·Σ F[p,i]·F[p,j] over the pixels p. Backward: dF[p,i] (+)= 2s·Σ F[p,j]·D[j,i] for a symmetric
/// D = dL/dG, times (F &gt; 0) where the features are rectified. Shapes: F, dF [H,W,C]; G, D [C,C].
/// Source: Gatys et al. 2015, arXiv:1508.06576. Launch: flat, one work-item per element.
/// </remarks>
internal sealed class PlainGram(Engine engine)
{
    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, PixelLayout, float> _forward =
        new(engine, PlainGramForwardKernel);

    private readonly DeviceKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int,
        PixelLayout, float, float> _backward = new(engine, PlainGramBackwardKernel);

    private static void PlainGramForwardKernel(
        ArrayView<float> features, ArrayView<float> gram, PixelLayout layout, float scale)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Channels * layout.Channels)
        {
            int i = item / layout.Channels;
            int j = item - i * layout.Channels;
            float sum = 0;
            for (int row = 0; row < layout.Height; row++)
            {
                // Row by row: short sums lose less to rounding than one long sum.
                float rowSum = 0;
                int first = layout.Offset(row, 0);
                for (int column = 0; column < layout.Width; column++)
                    rowSum += features[first + column * layout.Pitch + i] * features[first + column * layout.Pitch + j];
                sum += rowSum;
            }
            gram[item] = scale * sum;
        }
    }

    private static void PlainGramBackwardKernel(
        ArrayView<float> features, ArrayView<float> gradGram, ArrayView<float> gradFeatures, ArrayView<float> mask,
        int maskStride, PixelLayout layout, float scale, float keep)
    {
        int item = FlatLaunch.Item;
        if (item < layout.Count)
        {
            int pixel = item / layout.Channels;
            int i = item - pixel * layout.Channels;
            int row = pixel / layout.Width;
            int first = layout.Offset(row, pixel - row * layout.Width);
            float sum = 0;
            for (int j = 0; j < layout.Channels; j++)
                sum += features[first + j] * gradGram[j * layout.Channels + i];
            gradFeatures[first + i] = Accumulate.Onto(
                gradFeatures[first + i],
                Accumulate.Rectify(2 * scale * sum, mask[(first + i) * maskStride]), keep);
        }
    }

    public void LaunchForward(Tensor features, DeviceArray gram, float scale)
    {
        var layout = new PixelLayout(features.Shape);
        using (engine.Launch(
            "GramForward (plain)", GramForward.Flop(features.Shape), GramForward.Bytes(features.Shape)))
        {
            _forward.Launch(
                FlatLaunch.Over(layout.Channels * layout.Channels), features.View, gram.View, layout, scale);
        }
    }

    public void LaunchBackward(
        Tensor features, DeviceArray gradGram, float scale, Tensor gradFeatures, Tensor? rectifiedBy,
        GradientWrite write)
    {
        var layout = new PixelLayout(features.Shape);
        using (engine.Launch("GramBackward (plain)", GramBackward.Flop(features.Shape),
            GramBackward.Bytes(features.Shape, rectifiedBy, write)))
        {
            _backward.Launch(FlatLaunch.Over(layout.Count), features.View, gradGram.View, gradFeatures.View,
                Ones.IfNull(engine, rectifiedBy), Ones.Stride(rectifiedBy), layout, scale, Accumulate.Keep(write));
        }
    }
}
