using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Output;
using IlgpuStyle.FastStyle.Training;
using IlgpuStyle.StyleTransfer;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Training;

/// <summary>The sheets of <c>--sheet-every</c>: held-out photographs at the left, repainted at the right.</summary>
/// <param name="photographs">Those that are held out, as <see cref="PictureGrid"/> arranges them.</param>
/// <param name="files">The sheets' paths.</param>
/// <param name="tell">Tells the user.</param>
internal sealed class HeldOutSheets(RgbPicture photographs, NumberedPictures files, Action<string> tell)
{
    /// <summary>An observer that also saves sheets.</summary>
    public RunObserver Observe(RunObserver observer) => observer.WithPictures(files.IsDue, (steps, repainted) =>
    {
        if (files.IsDue(steps) && Save(steps, repainted) is { } failure)
            tell($"{failure} The run goes on.");
    });

    /// <summary>Saves a sheet because the user wants it now, under a name of its own.</summary>
    /// <returns>Where it is, or why it is not there, as a sentence.</returns>
    public string SaveNow(int steps, RgbPicture repainted) =>
        Save(steps, repainted) ?? $"Saved as '{files.At(steps)}'.";

    /// <summary>A picture with levels from 0 to 255.</summary>
    public static Picture Finish(RgbPicture picture) => new(
        new PictureSize(picture.Height, picture.Width),
        Array.ConvertAll(picture.Values, level => Math.Clamp(level, 0, 255)));

    /// <summary>Saves a sheet; a sentence where it cannot be.</summary>
    private string? Save(int steps, RgbPicture repainted)
    {
        try
        {
            PictureFile.Save(Finish(PictureGrid.Of([photographs, repainted])), files.At(steps));
            return null;
        }
        catch (OutputFileException exception)
        {
            return exception.Message;
        }
    }
}
