namespace IlgpuStyle.App.Live;

/// <summary>The files that pages are made of; they are in the program.</summary>
internal static class PageFile
{
    /// <summary>The text of one.</summary>
    public static string Read(string name)
    {
        using Stream stream = typeof(PageFile).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
