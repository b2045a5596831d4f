using IlgpuStyle.Autodiff;
using IlgpuStyle.Kernels;
using IlgpuStyle.Kernels.Dense;
using IlgpuStyle.Kernels.Elementwise;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg;

/// <summary>
/// VGG19 as the classifier that it was trained to be: convolutions, max pooling, then the dense top
/// 25088 → 4096 → 4096 → 1000 with ReLU between and softmax at the end. A check that weights are read right.
/// </summary>
/// <remarks>
/// The dense kernels (472 MiB) stream from the file through one block of 16 MiB on the host and one on the device.
/// </remarks>
public static class VggClassifier
{
    /// <summary>Height and width of the pictures that it takes, in pixels.</summary>
    public const int PictureSide = 224;

    private const string FeatureLayer = "block5_pool";

    /// <summary>The probability of each of ImageNet's 1000 classes, in Keras's order.</summary>
    /// <param name="engine">The device.</param>
    /// <param name="weightsPath">A Keras .h5 file with the dense top.</param>
    /// <param name="rgb">224 × 224 × RGB, levels of 0..255.</param>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    /// <exception cref="WeightFileException">The file cannot be used, lacks the dense top, or leads to numbers that
    /// are not finite.</exception>
    /// <exception cref="DeviceException">The device has too little memory.</exception>
    public static float[] Classify(Engine engine, string weightsPath, float[] rgb)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(rgb);
        if (rgb.Length != PictureSide * PictureSide * 3)
        {
            throw new ArgumentException(
                $"{rgb.Length} samples are no picture of {PictureSide}×{PictureSide}.", nameof(rgb));
        }
        if (!Path.Exists(weightsPath))
        {
            throw new WeightFileException(
                $"Weights file '{weightsPath}' {MissingFile.Reason(weightsPath)}; Keras publishes the one with the dense "
                + $"top at {new Uri(OfficialWeightFile.BaseAddress, OfficialWeightFile.WithTop.FileName)}.");
        }
        return Classify(
            engine, () => VggWeights.Read(weightsPath, FeatureLayer), weightsPath, Vgg19.DenseLayers,
            new TensorShape(PictureSide, PictureSide, 3), rgb);
    }

    /// <summary>The same for networks of other widths, whose convolutions need not come from the file.</summary>
    internal static float[] Classify(
        Engine engine, Func<VggWeights> readConvolutions, string densePath, IReadOnlyList<VggDenseLayer> denseLayers,
        TensorShape picture, float[] rgb)
    {
        var readers = new List<DenseLayerReader>();
        try
        {
            // All are opened first: a file without the top is refused before anything is computed.
            foreach (VggDenseLayer layer in denseLayers)
                readers.Add(DenseLayerReader.Open(densePath, layer));
            DeviceArray x = Features(engine, readConvolutions(), picture, rgb);
            try
            {
                foreach (DenseLayerReader reader in readers)
                {
                    DeviceArray y = RunDense(engine, reader, x, rectify: reader != readers[^1]);
                    x.Dispose();
                    x = y;
                }
                engine.Get(e => new Softmax(e)).Launch(x);
                float[] probabilities = x.ToArray();
                return Array.TrueForAll(probabilities, float.IsFinite)
                    ? probabilities
                    : throw new WeightFileException(
                        $"Weights file '{densePath}' leads to classes that are not finite: it holds no trained VGG19.");
            }
            finally
            {
                x.Dispose();
            }
        }
        finally
        {
            foreach (DenseLayerReader reader in readers)
                reader.Dispose();
        }
    }

    /// <summary>The last pool's features in the order H, W, C, in which the first dense layer reads them.</summary>
    private static DeviceArray Features(Engine engine, VggWeights weights, TensorShape picture, float[] rgb)
    {
        using var network = new VggNetwork(engine, weights, new NetworkForm(Pooling.Max), [FeatureLayer]);
        using var tape = new Tape(engine);
        Variable levels = tape.Input("picture", picture, requiresGradient: false);
        Variable bgr = Autodiff.Operations.Preprocess.Record(tape, "preprocess", levels, scale: 1);
        Variable? features = null;
        network.Record(tape, bgr, (_, output) => features = output);
        tape.Keep(features!);
        tape.Allocate();
        levels.Value.CopyFrom(rgb);
        tape.Forward();
        DeviceArray flat = engine.AllocateArray(FeatureLayer, features!.Shape.Length);
        engine.Get(e => new Pack(e)).Launch(features.Value, flat);
        return flat;
    }

    private static DeviceArray RunDense(Engine engine, DenseLayerReader reader, DeviceArray x, bool rectify)
    {
        (string name, int inputs, int outputs) = reader.Layer;
        engine.Operation = name;
        DeviceArray y = engine.AllocateArray(name, outputs);
        y.CopyFrom(reader.Bias);
        float[] rows = GC.AllocateUninitializedArray<float>(reader.RowsPerBlock * outputs);
        using DeviceArray block = engine.AllocateArray($"kernel of {name}", rows.Length);
        DenseForward dense = engine.Get(e => new DenseForward(e));
        for (int first = 0; first < inputs; first += reader.RowsPerBlock)
        {
            int count = Math.Min(reader.RowsPerBlock, inputs - first);
            reader.ReadRows(first, rows.AsSpan(0, count * outputs));
            block.CopyFrom(rows);
            dense.Launch(x, first, block, count, y, rectify && first + count == inputs);
        }
        return y;
    }
}
