using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.App.Recipes;
using IlgpuStyle.StyleTransfer;
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
    /// <summary>What the files say of how they were made; the steps are those of each.</summary>
    public required RecipeTag Tag { get; init; }

    private readonly string _name = Path.GetFileName(output);
    private OutputFileException? _notSaved;
    private bool _isFailing;

    /// <summary>Where the result is, or will be.</summary>
    public string Output { get; private set; } = output;

    /// <summary>An observer that also saves the pictures on the way.</summary>
    public RunObserver Observe(RunObserver observer) => observer.WithPictures(onTheWay.IsDue, SaveOnTheWay);

    /// <summary>A picture as it is saved.</summary>
    public Picture Finish(RgbPicture picture) => pictures.Finish(picture, stretch);

    /// <summary>Saves a picture because the user wants it now, under a name of its own.</summary>
    /// <returns>Where it is, or why it is not there, as a sentence.</returns>
    public string SaveNow(int stepsDone, RgbPicture picture)
    {
        string path = onTheWay.At(stepsDone);
        if (Path.Exists(path))
            return $"'{path}' is there already.";
        try
        {
            Save(Finish(picture), path, stepsDone);
            return $"Saved as '{path}'.";
        }
        catch (OutputFileException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>
    /// Saves a picture on the way, where it is its turn. That it cannot be must not cost the run: it is told, and the
    /// next is tried again.
    /// </summary>
    public void SaveOnTheWay(int iteration, RgbPicture picture)
    {
        if (!onTheWay.IsDue(iteration))
            return;
        try
        {
            Save(Finish(picture), onTheWay.At(iteration), iteration);
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
    /// <param name="result">As the run hands it over.</param>
    /// <param name="steps">Done; null where that is not known.</param>
    /// <returns>The picture as it was saved.</returns>
    /// <exception cref="OutputFileException">It is nowhere.</exception>
    public Picture SaveResult(RgbPicture result, int? steps = null)
    {
        Picture finished = Finish(result);
        OutputFileException? failure = TrySave(finished, Output, steps);
        while (failure is not null
            && ask($"{failure.Message} Where else? (a file, or nothing to give up) ") is { Length: > 0 } answer)
        {
            Output = answer;
            failure = TrySave(finished, answer, steps);
        }
        if (failure is null)
            return finished;
        string temporary = Path.Combine(
            Path.GetTempPath(), $"ilgpustyle-{Environment.ProcessId}-{_name}");
        if (TrySave(finished, temporary, steps) is not null)
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

    private void Save(Picture picture, string path, int? steps) =>
        PictureFile.Save(picture, path, jpegQuality, (Tag with { Steps = steps }).ToJson());

    private OutputFileException? TrySave(Picture picture, string path, int? steps)
    {
        try
        {
            Save(picture, path, steps);
            return null;
        }
        catch (OutputFileException exception)
        {
            return exception;
        }
    }
}
