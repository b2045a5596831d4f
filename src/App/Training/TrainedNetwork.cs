using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;
using IlgpuStyle.FastStyle;
using IlgpuStyle.FastStyle.Onnx;

namespace IlgpuStyle.App.Training;

/// <summary>Saves a network that was trained.</summary>
internal static class TrainedNetwork
{
    /// <summary>
    /// Saves it where it was to go or, where that cannot be, in the system's folder of temporary files.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Where.</param>
    /// <param name="tell">Tells the user where it is instead.</param>
    /// <exception cref="OutputFileException">It is not where it was to go.</exception>
    public static void Save(StyleNetwork network, string path, Action<string> tell)
    {
        try
        {
            Write(network, path);
        }
        catch (OutputFileException)
        {
            string temporary = Path.Combine(
                Path.GetTempPath(), $"ilgpustyle-{Environment.ProcessId}-{Path.GetFileName(path)}");
            Write(network, temporary);
            tell($"The network is saved as '{temporary}' instead.");
            throw;
        }
    }

    private static void Write(StyleNetwork network, string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        file.Write(stream => NetworkFile.Write(stream, network));
        file.Commit();
    }
}
