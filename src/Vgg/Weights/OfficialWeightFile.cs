using System.Security.Cryptography;

namespace IlgpuStyle.Vgg.Weights;

/// <summary>A weights file as Keras publishes it.</summary>
/// <param name="FileName">Its name on the server, in Keras's cache folder and in weights/.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Md5">Its MD5 sum, lower-case hexadecimal, as Keras checks it.</param>
/// <remarks>Source: Keras, applications/vgg19.py. Weights: Simonyan and Zisserman, Oxford, CC BY 4.0.</remarks>
public sealed record OfficialWeightFile(string FileName, long SizeBytes, string Md5)
{
    /// <summary>Where Keras publishes the files.</summary>
    public static Uri BaseAddress { get; } =
        new("https://storage.googleapis.com/tensorflow/keras-applications/vgg19/");

    /// <summary>The 16 convolutions: what style transfer needs.</summary>
    public static OfficialWeightFile WithoutTop { get; } = new(
        "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", 80_134_624, "253f8cb515780f3b799900260a226db6");

    /// <summary>The same with the dense top.</summary>
    public static OfficialWeightFile WithTop { get; } = new(
        "vgg19_weights_tf_dim_ordering_tf_kernels.h5", 574_710_816, "cbe5617147190e668d6c5d5026f83318");

    /// <summary>Computes a file's MD5 sum, lower-case hexadecimal.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351",
        Justification = "Keras publishes MD5 sums; they tell a damaged transfer, and the connection is HTTPS.")]
    internal static string ComputeMd5(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(stream));
    }
}
