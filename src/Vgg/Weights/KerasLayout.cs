namespace IlgpuStyle.Vgg.Weights;

/// <summary>The ways in which Keras has laid out weights in HDF5 files.</summary>
public enum KerasLayout
{
    /// <summary>The official VGG19 file: /block1_conv1/block1_conv1_W_1:0, listed in weight_names.</summary>
    Keras1,

    /// <summary>Keras 2, save_weights: /block1_conv1/block1_conv1/kernel:0, listed in weight_names.</summary>
    Keras2Weights,

    /// <summary>Keras 2 and 3, save("model.h5"): the same below /model_weights.</summary>
    WholeModel,

    /// <summary>
    /// .weights.h5 of Keras 3 (and, below /_layer_checkpoint_dependencies, 2.12 to 2.15): /layers/conv2d/vars/0
    /// (kernel) and 1 (bias), conv2d_1 and so on in layer order.
    /// </summary>
    NumberedLayers,
}

/// <summary>Names for people.</summary>
public static class KerasLayoutExtensions
{
    /// <summary>What the layout is, in a few words.</summary>
    public static string Describe(this KerasLayout layout) => layout switch
    {
        KerasLayout.Keras1 => "Keras 1 weights (as the official file)",
        KerasLayout.Keras2Weights => "Keras 2 weights",
        KerasLayout.WholeModel => "Keras whole model",
        KerasLayout.NumberedLayers => "Keras 3 weights (.weights.h5)",
        _ => throw new ArgumentOutOfRangeException(nameof(layout)),
    };
}
