using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Input;

/// <summary>The two pictures of samples/, which the program carries: natural statistics wherever it runs.</summary>
internal static class SamplePictures
{
    /// <summary>The landscape.</summary>
    public static Picture Content => Load("landscape.png");

    /// <summary>The painting.</summary>
    public static Picture Style => Load("painting.png");

    private static Picture Load(string resource)
    {
        using Stream stream = typeof(SamplePictures).Assembly.GetManifestResourceStream(resource)!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return PictureFile.Decode(resource, file);
    }
}
