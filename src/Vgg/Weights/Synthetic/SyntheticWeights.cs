namespace IlgpuStyle.Vgg.Weights.Synthetic;

/// <summary>
/// A VGG19 of seeded random weights that transfers textures to a degree, for where the trained ones cannot be
/// had. Plain random kernels give noise; these are smooth, sparse and calibrated:
/// each output channel is a <see cref="SparseKernel"/>;
/// then, layer by layer on the calibration pictures with average pooling, each channel is divided by its
/// standard deviation and shifted by its mean, so that half of its outputs are active, and the layer is scaled
/// until the RMS of its rectified output is that of the trained network.
/// </summary>
/// <remarks>
/// The idea that random weights do: He, Wang and Hopcroft 2016, arXiv:1606.04801. The same seed and pictures
/// give the same bits everywhere: see <see cref="GaussianGenerator"/> and <see cref="FeaturePlanes"/>; sums
/// run in one fixed order, in double.
/// </remarks>
public static class SyntheticWeights
{
    private const int SmallestSide = 32;

    /// <summary>RMS after ReLU of the trained network with average pooling, measured over photographs.</summary>
    private static readonly double[] RmsTargets =
        [45.6, 193.7, 155, 206, 142, 153, 270, 469, 364, 287, 167, 64.5, 25.4, 10.6, 4.5, 1.1];

    /// <summary>Draws the weights.</summary>
    /// <param name="seed">The same seed and pictures give the same weights.</param>
    /// <param name="pictures">One or more pictures with natural statistics, each at least 32×32.</param>
    /// <exception cref="ArgumentException">
    /// No picture, or one that is too small or whose array has another length.
    /// </exception>
    public static VggWeights Draw(ulong seed, IReadOnlyList<CalibrationPicture> pictures)
    {
        RequirePictures(pictures);
        var generator = new GaussianGenerator(seed);
        FeaturePlanes[] features = [.. pictures.Select(FeaturePlanes.FromPicture)];
        var convolutions = new List<LayerWeights>();
        foreach (VggLayer layer in Vgg19.Layers)
        {
            if (layer.Kind == VggLayerKind.Pool)
            {
                features = [.. features.Select(planes => planes.AveragePool())];
                continue;
            }
            SparseKernel[] kernels = new SparseKernel[layer.OutputChannels];
            for (int channel = 0; channel < kernels.Length; channel++)
                kernels[channel] = SparseKernel.Draw(generator, layer);
            convolutions.Add(Calibrate(layer, kernels, ref features, RmsTargets[convolutions.Count]));
        }
        return new VggWeights(convolutions);
    }

    /// <summary>Scales and shifts one layer, and moves the features past it.</summary>
    private static LayerWeights Calibrate(
        VggLayer layer, SparseKernel[] kernels, ref FeaturePlanes[] features, double rmsTarget)
    {
        FeaturePlanes[] inputs = features;
        FeaturePlanes[] outputs = [.. inputs.Select(planes => planes.NewLayer(layer.OutputChannels))];
        long pixels = inputs.Sum(planes => (long)planes.Height * planes.Width);
        double[] means = new double[kernels.Length];
        double[] deviations = new double[kernels.Length];
        double[] squares = new double[kernels.Length];
        Parallel.For(0, kernels.Length, channel =>
        {
            for (int picture = 0; picture < inputs.Length; picture++)
            {
                outputs[picture].Convolve(
                    inputs[picture], channel, kernels[channel].InputChannels, kernels[channel].Taps);
            }
            double mean = Moment(outputs, channel, 0, 1) / pixels;
            double deviation = Math.Sqrt(Moment(outputs, channel, mean, 2) / pixels);
            if (deviation == 0)
            {
                deviation = 1; // A channel that sees only black: it stays 0.
            }
            foreach (FeaturePlanes planes in outputs)
                planes.RectifyLinear(channel, 1 / deviation, -mean / deviation);
            means[channel] = mean;
            deviations[channel] = deviation;
            squares[channel] = Moment(outputs, channel, 0, 2);
        });

        double rms = Math.Sqrt(squares.Aggregate(0.0, (sum, square) => sum + square) / (pixels * kernels.Length));
        double scale = rms > 0 ? rmsTarget / rms : 1;
        float[] kernel = new float[9 * layer.InputChannels * layer.OutputChannels];
        float[] bias = new float[layer.OutputChannels];
        for (int channel = 0; channel < kernels.Length; channel++)
        {
            foreach (FeaturePlanes planes in outputs)
                planes.RectifyLinear(channel, scale, 0);
            double factor = scale / deviations[channel];
            bias[channel] = (float)(-means[channel] * factor);
            Scatter(kernels[channel], factor, layer, channel, kernel);
        }
        features = outputs;
        return new LayerWeights(layer, kernel, bias);
    }

    private static double Moment(FeaturePlanes[] pictures, int channel, double origin, int power) =>
        pictures.Aggregate(0.0, (sum, planes) => planes.AddMoment(sum, channel, origin, power));

    private static void Scatter(SparseKernel sparse, double factor, VggLayer layer, int output, float[] kernel)
    {
        for (int input = 0; input < sparse.InputChannels.Length; input++)
        {
            for (int tap = 0; tap < 9; tap++)
            {
                int row = (tap * layer.InputChannels) + sparse.InputChannels[input];
                kernel[(row * layer.OutputChannels) + output] = (float)(sparse.Taps[(input * 9) + tap] * factor);
            }
        }
    }

    private static void RequirePictures(IReadOnlyList<CalibrationPicture> pictures)
    {
        if (pictures.Count == 0)
            throw new ArgumentException("Synthetic weights need at least one calibration picture.", nameof(pictures));
        foreach (CalibrationPicture picture in pictures)
        {
            if (picture.Height < SmallestSide || picture.Width < SmallestSide)
            {
                throw new ArgumentException(
                    $"A calibration picture is {picture.Width}×{picture.Height}; "
                    + $"at least {SmallestSide}×{SmallestSide} is needed.", nameof(pictures));
            }
            if (picture.Rgb.Length != picture.Height * picture.Width * 3)
            {
                throw new ArgumentException(
                    $"A calibration picture of {picture.Width}×{picture.Height} has {picture.Rgb.Length} values; "
                    + $"{picture.Height * picture.Width * 3} are needed.", nameof(pictures));
            }
        }
    }
}
