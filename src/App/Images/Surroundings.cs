namespace IlgpuStyle.App.Images;

/// <summary>Shows a picture with transparency over a background that goes on from what is visible of it.</summary>
/// <remarks>
/// The network sees no transparency, and the colours under it, which no viewer shows, must not count. Any colour put
/// there instead would make an edge that the picture has not. The background is pulled and pushed: averages of visible
/// colours at half the size, a quarter, …, and from the coarsest back each level filled with the one above where it
/// has too few of its own. Source: Gortler, Grzeszczuk, Szeliski, Cohen, "The Lumigraph" (1996), 3.4.
/// </remarks>
internal static class Surroundings
{
    /// <summary>Of a picture that shows nothing.</summary>
    private const float MiddleGrey = 127.5f;

    /// <summary>
    /// The picture with the colours that a viewer shows over it, and its alpha; an opaque one as it is.
    /// </summary>
    public static Picture ShowBehind(Picture picture)
    {
        if (picture.Alpha is null)
            return picture;
        var levels = new List<Level>
        {
            new(picture.Size, [.. picture.Rgb], Array.ConvertAll(picture.Alpha, alpha => alpha / 255)),
        };
        while (levels[^1].Size.LongSide > 1)
            levels.Add(Pull(levels[^1]));
        Level coarsest = levels[^1];
        if (coarsest.Weights[0] == 0)
            Array.Fill(coarsest.Rgb, MiddleGrey);
        for (int level = levels.Count - 2; level >= 0; level--)
            Push(levels[level + 1], levels[level]);
        return new Picture(picture.Size, levels[0].Rgb, picture.Alpha);
    }

    /// <summary>
    /// Half the size, rounded up: of each four pixels the mean by weight, and their weights' sum, at most 1.
    /// </summary>
    private static Level Pull(Level fine)
    {
        var size = new PictureSize((fine.Size.Height + 1) / 2, (fine.Size.Width + 1) / 2);
        var coarse = new Level(size, new float[size.Pixels * 3], new float[size.Pixels]);
        Parallel.For(0, size.Height, y =>
        {
            for (int x = 0; x < size.Width; x++)
            {
                double red = 0, green = 0, blue = 0, sum = 0;
                for (int fineY = 2 * y; fineY < Math.Min((2 * y) + 2, fine.Size.Height); fineY++)
                {
                    for (int fineX = 2 * x; fineX < Math.Min((2 * x) + 2, fine.Size.Width); fineX++)
                    {
                        long from = ((long)fineY * fine.Size.Width) + fineX;
                        double weight = fine.Weights[from];
                        sum += weight;
                        red += weight * fine.Rgb[3 * from];
                        green += weight * fine.Rgb[(3 * from) + 1];
                        blue += weight * fine.Rgb[(3 * from) + 2];
                    }
                }
                if (sum == 0)
                    continue;
                long to = ((long)y * size.Width) + x;
                coarse.Weights[to] = (float)Math.Min(1, sum);
                coarse.Rgb[3 * to] = (float)(red / sum);
                coarse.Rgb[(3 * to) + 1] = (float)(green / sum);
                coarse.Rgb[(3 * to) + 2] = (float)(blue / sum);
            }
        });
        return coarse;
    }

    /// <summary>Lays the finer level over the coarser, which is interpolated linearly.</summary>
    private static void Push(Level coarse, Level fine) => Parallel.For(0, fine.Size.Height, y =>
    {
        (int top, int bottom, float down) = Between(y, coarse.Size.Height);
        for (int x = 0; x < fine.Size.Width; x++)
        {
            long at = ((long)y * fine.Size.Width) + x;
            float weight = fine.Weights[at];
            if (weight == 1)
                continue;
            (int left, int right, float across) = Between(x, coarse.Size.Width);
            for (int channel = 0; channel < 3; channel++)
            {
                float behind = Mix(
                    Mix(coarse.At(top, left, channel), coarse.At(top, right, channel), across),
                    Mix(coarse.At(bottom, left, channel), coarse.At(bottom, right, channel), across),
                    down);
                fine.Rgb[(3 * at) + channel] = Mix(behind, fine.Rgb[(3 * at) + channel], weight);
            }
        }
    });

    /// <summary>The two coarse pixels whose centres are about that of a fine one, and the second's share.</summary>
    private static (int First, int Second, float Share) Between(int fine, int coarseLength)
    {
        int first = (fine - 1) >> 1;
        return (Math.Max(0, first), Math.Min(first + 1, coarseLength - 1), (fine & 1) == 0 ? 0.75f : 0.25f);
    }

    private static float Mix(float from, float to, float share) => from + (share * (to - from));

    /// <param name="Size">Of it.</param>
    /// <param name="Rgb">Colours.</param>
    /// <param name="Weights">How much of each is visible, 0 to 1.</param>
    private sealed record Level(PictureSize Size, float[] Rgb, float[] Weights)
    {
        public float At(int y, int x, int channel) => Rgb[(3 * (((long)y * Size.Width) + x)) + channel];
    }
}
