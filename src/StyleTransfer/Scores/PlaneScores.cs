using IlgpuStyle.StyleTransfer.Pictures;

namespace IlgpuStyle.StyleTransfer.Scores;

/// <summary>What is compared of pictures without a network.</summary>
internal static class PlaneScores
{
    /// <summary>
    /// The mean over both directions of the cosine of Sobel maps of luma (0.299 R + 0.587 G + 0.114 B), inner pixels
    /// alone.
    /// </summary>
    public static double EdgeSimilarity(RgbPicture a, RgbPicture b)
    {
        (double[] downA, double[] rightA) = Sobel(a);
        (double[] downB, double[] rightB) = Sobel(b);
        return (Vectors.Cosine(downA, downB) + Vectors.Cosine(rightA, rightB)) / 2;
    }

    /// <summary>Σ |dx| + Σ |dy| of all samples.</summary>
    public static double Variation(RgbPicture picture)
    {
        double sum = 0;
        int pitch = 3 * picture.Width;
        for (int i = 0; i < picture.Values.Length; i++)
        {
            if (i % pitch < pitch - 3)
                sum += Math.Abs((double)picture.Values[i + 3] - picture.Values[i]);
            if (i + pitch < picture.Values.Length)
                sum += Math.Abs((double)picture.Values[i + pitch] - picture.Values[i]);
        }
        return sum;
    }

    private static (double[] Down, double[] Right) Sobel(RgbPicture picture)
    {
        (int height, int width) = (picture.Height, picture.Width);
        double[] luma = new double[height * width];
        for (int i = 0; i < luma.Length; i++)
        {
            luma[i] = 0.299 * picture.Values[3 * i] + 0.587 * picture.Values[3 * i + 1]
                + 0.114 * picture.Values[3 * i + 2];
        }
        var down = new List<double>();
        var right = new List<double>();
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                int i = y * width + x;
                down.Add(Row(i + width) - Row(i - width));
                right.Add(Column(i + 1) - Column(i - 1));
            }
        }
        return ([.. down], [.. right]);

        double Row(int i) => luma[i - 1] + 2 * luma[i] + luma[i + 1];

        double Column(int i) => luma[i - width] + 2 * luma[i] + luma[i + width];
    }
}
