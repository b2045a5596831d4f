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
/// <param name="jpegQuality">Of those that are JPEG.</param>
/// <param name="tell">Tells the user.</param>
/// <param name="ask">Asks the user a question; null where there is none, or no answer.</param>
internal sealed class SavedPictures(
    PreparedPictures pictures, string output, NumberedPictures onTheWay, bool stretch, int jpegQuality,
    Action<string> tell, Func<string, string?> ask)
{
    private readonly string _name = Path.GetFileName(output);
    private OutputFileException? _notSaved;
    private bool _isFailing;

    /// <summary>Where the result is, or will be.</summary>
    public string Output { get; private set; } = output;

    /// <summary>
    /// Saves a picture on the way. That it cannot be must not cost the run: it is told, and the next is tried again.
    /// </summary>
    public void SaveOnTheWay(int iteration, RgbPicture picture)
    {
        try
        {
            PictureFile.Save(pictures.Finish(picture, stretch), onTheWay.At(iteration), jpegQuality);
            if (_isFailing)
                tell($"'{onTheWay.At(iteration)}' is saved again.");
            _isFailing = false;
        }
        catch (OutputFileException exception)
        {
            if (!_isFailing)
                tell($"{exception.Message} The run goes on.");
            _isFailing = true;
            _notSaved ??= exception;
        }
    }

    /// <summary>
    /// Saves the result: where it was to go, or where the user says, or in the system's folder of temporary files.
    /// </summary>
    /// <returns>The picture as it was saved.</returns>
    /// <exception cref="OutputFileException">It is nowhere.</exception>
    public Picture SaveResult(RgbPicture result)
    {
        Picture finished = pictures.Finish(result, stretch);
        OutputFileException? failure = TrySave(finished, Output);
        while (failure is not null
            && ask($"{failure.Message} Where else? (a file, or nothing to give up) ") is { Length: > 0 } answer)
        {
            Output = answer;
            failure = TrySave(finished, answer);
        }
        if (failure is null)
            return finished;
        string temporary = Path.Combine(
            Path.GetTempPath(), $"ilgpustyle-{Environment.ProcessId}-{_name}");
        if (TrySave(finished, temporary) is not null)
            throw failure;
        tell($"The picture is saved as '{temporary}' instead.");
        Output = temporary;
        _notSaved = failure;
        return finished;
    }

    /// <summary>Tells of the first picture that could not be saved in its place.</summary>
    /// <exception cref="OutputFileException">There is one.</exception>
    public void RequireAllSaved()
    {
        if (_notSaved is not null)
            throw _notSaved;
    }

    private OutputFileException? TrySave(Picture picture, string path)
    {
        try
        {
            PictureFile.Save(picture, path, jpegQuality);
            return null;
        }
        catch (OutputFileException exception)
        {
            return exception;
        }
    }
}
