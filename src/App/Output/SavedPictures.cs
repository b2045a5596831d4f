using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.App.Output;

/// <summary>Saves a run's result and the pictures on the way to it.</summary>
/// <param name="pictures">Those of the run.</param>
/// <param name="output">The result's path.</param>
/// <param name="onTheWay">The paths of the others.</param>
/// <param name="stretch">Whether levels are stretched.</param>
internal sealed class SavedPictures(
    PreparedPictures pictures, string output, NumberedPictures onTheWay, bool stretch)
{
    private OutputFileException? _notSaved;

    /// <summary>The result's path.</summary>
    public string Output => output;

    /// <summary>Saves a picture on the way; that it cannot be must not cost the run.</summary>
    public void SaveOnTheWay(int iteration, RgbPicture picture)
    {
        try
        {
            PictureFile.Save(pictures.Finish(picture, stretch), onTheWay.At(iteration));
        }
        catch (OutputFileException exception)
        {
            _notSaved ??= exception;
        }
    }

    /// <summary>Saves the result.</summary>
    /// <returns>The picture as it was saved.</returns>
    /// <exception cref="OutputFileException">It cannot be.</exception>
    public Picture SaveResult(RgbPicture result)
    {
        Picture finished = pictures.Finish(result, stretch);
        PictureFile.Save(finished, output);
        return finished;
    }

    /// <summary>Tells of the first picture on the way that could not be saved.</summary>
    /// <exception cref="OutputFileException">There is one.</exception>
    public void RequireAllSaved()
    {
        if (_notSaved is not null)
            throw _notSaved;
    }
}
