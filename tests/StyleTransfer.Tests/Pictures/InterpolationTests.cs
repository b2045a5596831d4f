using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Pictures;

public sealed class InterpolationTests
{
    [Fact]
    public void Bilinear_doubling_of_a_row_by_hand()
    {
        // Centres of the new pixels lie at -¼, ¼, ¾, 1¼ of the old ones; outside, the edge is repeated.
        float[] row = Grey(0, 4);
        Assert.Equal(Grey(0, 1, 3, 4), Interpolation.Bilinear(row, 1, 2, 1, 4));
    }

    [Fact]
    public void Bicubic_doubling_of_an_edge_by_hand()
    {
        // Keys' kernel at distances 1¼, ¼, ¾, 1¾ with a = −¾ weighs by −27/256, 225/256, 67/256, −9/256;
        // halves mirrored.
        float[] row = Grey(0, 0, 256, 256);
        float[] doubled = Interpolation.Bicubic(row, 1, 4, 1, 8);
        AssertClose(Grey(0, -9, -27, 67 - 9, 225 - 27, 256 + 27, 256 + 9, 256), doubled);
    }

    [Fact]
    public void Rows_and_columns_are_resized_alike()
    {
        var random = new Random(2);
        float[] picture = [.. Enumerable.Range(0, 5 * 4 * 3).Select(_ => random.NextSingle())];
        float[] turned = Transpose(picture, 5, 4);
        AssertClose(
            Transpose(Interpolation.Bicubic(picture, 5, 4, 9, 6), 9, 6), Interpolation.Bicubic(turned, 4, 5, 6, 9));
    }

    [Fact]
    public void The_same_size_is_the_same_picture()
    {
        float[] picture = [.. Enumerable.Range(0, 4 * 3 * 3).Select(i => (float)i)];
        Assert.Equal(picture, Interpolation.Bicubic(picture, 4, 3, 4, 3));
        Assert.Equal(picture, Interpolation.Bilinear(picture, 4, 3, 4, 3));
    }

    private static void AssertClose(float[] expected, float[] actual) => Closeness.Close(
        [.. expected.Select(value => (double)value)], actual, Closeness.FewOperations);

    private static float[] Grey(params float[] levels) => [.. levels.SelectMany(level => Enumerable.Repeat(level, 3))];

    private static float[] Transpose(float[] picture, int height, int width) =>
        [.. from x in Enumerable.Range(0, width)
            from y in Enumerable.Range(0, height)
            from c in Enumerable.Range(0, 3)
            select picture[(y * width + x) * 3 + c]];
}
