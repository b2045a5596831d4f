using System.Security.Cryptography;
using System.Text;

namespace IlgpuStyle.Kernels;

/// <summary>
/// Whether this build of the kernels has run on a device before: drivers keep what they compile, so that a first start
/// takes many times as long as the next.
/// </summary>
/// <remarks>
/// An empty file in the user's local application data says that it has. Where none can be written, every start counts
/// as the first, and most likely is one: drivers keep their files in the same place.
/// </remarks>
internal sealed class FirstStart
{
    private readonly string _mark;

    public FirstStart(string device)
    {
        string build = $"{typeof(FirstStart).Module.ModuleVersionId} {device}";
        _mark = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "ilgpustyle",
            $"kernels-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(build)))[..16]}");
    }

    /// <summary>Whether it is the first.</summary>
    public bool IsNow => !File.Exists(_mark);

    /// <summary>The next is not the first any more.</summary>
    public void Done()
    {
        if (!IsNow)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_mark)!);
            File.Create(_mark).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then the next start says the same again.
        }
    }
}
