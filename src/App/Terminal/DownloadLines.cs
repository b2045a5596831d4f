using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.App.Terminal;

/// <summary>A download's progress as lines, one each tenth.</summary>
internal static class DownloadLines
{
    public static Action<DownloadProgress> To(Action<string> tell)
    {
        long tenth = -1;
        return progress =>
        {
            long reached = 10 * progress.ReceivedBytes / progress.TotalBytes;
            if (reached == tenth)
                return;
            tenth = reached;
            tell($"download: {progress.ReceivedBytes >> 20} of {progress.TotalBytes >> 20} MiB");
        };
    }
}
