using IlgpuStyle.App.Bulk;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;
using IlgpuStyle.App.Input;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Training;

/// <summary>The photographs of a training: those that crops are drawn from, and those that judge the network.</summary>
internal sealed class TrainingPhotographs
{
    /// <summary>From so many photographs on, some of them are held out whole; of fewer, a part of each.</summary>
    private const int EnoughToHoldOut = 4;

    private const int MostHeldOut = 4;

    /// <summary>
    /// Photographs are kept with a short side of so many crops' sides: the smallest crops then have a pixel for each.
    /// </summary>
    private const int KeptSides = 2;

    private TrainingPhotographs(IReadOnlyList<Picture> trained, IReadOnlyList<RgbPicture> heldOut, string description)
    {
        Trained = trained;
        HeldOut = heldOut;
        Description = description;
    }

    /// <summary>What crops are drawn from.</summary>
    public IReadOnlyList<Picture> Trained { get; }

    /// <summary>Squares from the middle of the others.</summary>
    public IReadOnlyList<RgbPicture> HeldOut { get; }

    /// <summary>One line.</summary>
    public string Description { get; }

    /// <summary>The files of a folder or a pattern, or the one of its name.</summary>
    /// <exception cref="InputFileException">There is none.</exception>
    public static string[] Files(string photos) =>
        ContentFolder.IsMany(photos) ? ContentFolder.Pictures(photos) : [photos];

    /// <summary>Reads photographs and divides them.</summary>
    /// <param name="files">Theirs; none for the sample landscape.</param>
    /// <param name="side">Of the crops, in pixels.</param>
    /// <param name="tell">Is told what became of the files' colours, and what they lack.</param>
    /// <exception cref="InputFileException">One cannot be read, or is too small.</exception>
    public static TrainingPhotographs Load(IReadOnlyList<string> files, int side, Action<string> tell)
    {
        Picture[] pictures = files.Count == 0
            ? [Kept(SamplePictures.Content, side)]
            : [.. files.Select(file => Kept(PictureFile.LoadVisible(file, minimumSide: side / 2, tell), side))];
        string all = files.Count == 0 ? "the sample landscape" : $"{pictures.Length} photographs";
        if (pictures.Length >= EnoughToHoldOut)
        {
            int heldOut = Math.Min(MostHeldOut, pictures.Length / EnoughToHoldOut);
            // Evenly among the names: neighbours are often alike.
            int[] places = [.. Enumerable.Range(0, heldOut).Select(i => (2 * i + 1) * pictures.Length / (2 * heldOut))];
            return new TrainingPhotographs(
                [.. pictures.Where((_, place) => !places.Contains(place))],
                [.. places.Select(place => Middle(pictures[place], side))],
                $"photographs: {all}, of which {heldOut} judge the network and are never trained on");
        }
        (Picture Trained, Picture HeldOut)[] parts = [.. pictures.Select(Divide)];
        return new TrainingPhotographs(
            [.. parts.Select(part => part.Trained)], [.. parts.Select(part => Middle(part.HeldOut, side))],
            $"photographs: {(pictures.Length == 1 && files.Count > 0 ? "1 photograph" : all)}, of which a third "
            + "judges the network and is never trained on; with 4 or more, whole ones do");
    }

    /// <summary>A photograph no larger than crops need it.</summary>
    private static Picture Kept(Picture picture, int side)
    {
        int shortSide = KeptSides * side;
        if (picture.Size.ShortSide <= shortSide)
            return picture;
        int longSide = (int)((long)picture.Size.LongSide * shortSide / picture.Size.ShortSide);
        return Resampling.Resize(
            picture, picture.Size.WithLongSide(longSide, MidpointRounding.ToEven), ResamplingFilter.Bicubic);
    }

    /// <summary>The square in the middle.</summary>
    private static RgbPicture Middle(Picture picture, int side)
    {
        int shortSide = picture.Size.ShortSide;
        return Resampling.Resize(
            CropSampler.Cut(
                picture, (picture.Size.Height - shortSide) / 2, (picture.Size.Width - shortSide) / 2,
                new PictureSize(shortSide, shortSide)),
            new PictureSize(side, side), ResamplingFilter.Bicubic).Opaque();
    }

    /// <summary>Two thirds, and the last third along the long side.</summary>
    private static (Picture Trained, Picture HeldOut) Divide(Picture picture)
    {
        bool isWide = picture.Size.Width >= picture.Size.Height;
        int divided = picture.Size.LongSide * 2 / 3;
        (int height, int width) = picture.Size;
        return isWide
            ? (CropSampler.Cut(picture, 0, 0, new PictureSize(height, divided)),
                CropSampler.Cut(picture, 0, divided, new PictureSize(height, width - divided)))
            : (CropSampler.Cut(picture, 0, 0, new PictureSize(divided, width)),
                CropSampler.Cut(picture, divided, 0, new PictureSize(height - divided, width)));
    }
}
