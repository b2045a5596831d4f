using IlgpuStyle.Kernels.Convolution;
using IlgpuStyle.StyleTransfer.Pictures;
using IlgpuStyle.StyleTransfer.Scores;
using IlgpuStyle.Testing;

namespace IlgpuStyle.StyleTransfer.Tests.Scores;

[Collection(TestDevice.Collection)]
public sealed class ScoresTests(TestDevice device)
{
    /// <summary>Features and moments are float32; of a distance near 0 roots of their rounding are left.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Distances => [.. Fixture.Cases("gaussian_distance")];

    [Theory]
    [MemberData(nameof(Distances))]
    public void Distances_of_gaussians_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("gaussian_distance", caseName);
        double distance = GaussianDistance.Relative(
            fixture["moment"].ToSingle(), fixture["mean"].ToSingle(), fixture["style_moment"].ToSingle(),
            fixture["style_mean"].ToSingle());
        Closeness.Close(fixture["distance"].Scalar, distance, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Distances))]
    public void Eigenvalues_agree_with_the_reference(string caseName)
    {
        Fixture fixture = Fixture.Open("gaussian_distance", caseName);
        double[] expected = fixture["eigenvalues"].Values;
        double[] values = SymmetricEigenvalues.Of([.. fixture["covariance"].Values], expected.Length);
        double allowed = 1e-13 * expected.Max(Math.Abs);
        foreach ((double wanted, double found) in expected.Zip(values.Order()))
            Assert.Equal(wanted, found, allowed);
    }

    [Fact]
    public void A_picture_between_content_and_style_is_judged_as_by_the_reference()
    {
        Fixture fixture = Fixture.Open("scores", "small_vgg");
        PictureScores scores = Judge(Picture(fixture["picture"]));
        double[] expected = fixture["scores"].Values;
        Score[] found =
        [
            scores.ContentDistance, scores.ContentSimilarity, scores.StyleEffect, scores.StyleDistance, scores.Edges,
            scores.Noise,
        ];
        for (int row = 0; row < found.Length; row++)
        {
            Assert.Equal(expected[3 * row], found[row].Value, Tolerance);
            Assert.Equal(expected[3 * row + 1], found[row].AtContent, Tolerance);
            Assert.Equal(expected[3 * row + 2], found[row].AtStyle, Tolerance);
        }
    }

    [Fact]
    public void The_content_is_at_the_lower_end()
    {
        PictureScores scores = Judge(Inputs("content"));
        Assert.Equal(
            [0, 0, 0, 0, 0, 0],
            new[]
            {
                scores.ContentDistance, scores.ContentSimilarity, scores.StyleEffect, scores.StyleDistance, scores.Edges,
                scores.Noise,
            }.Select(score => score.Scaled));
    }

    [Fact]
    public void A_picture_of_another_size_is_refused() =>
        Assert.Contains(
            ", but the content is 45×33.", Assert.Throws<ArgumentException>(() => Judge(Inputs("style"))).Message,
            StringComparison.Ordinal);

    private static RgbPicture Inputs(string name) => Picture(Fixture.Open("small_vgg", "inputs")[name]);

    private static RgbPicture Picture(NpyFile levels) => new(levels.Shape[0], levels.Shape[1], levels.ToSingle());

    private PictureScores Judge(RgbPicture picture) => PictureScores.Of(
        device.Engine, SmallVgg.Weights, ConvolutionForm.Direct, picture,
        new ScalePictures(Inputs("content"), [new StylePicture(Inputs("style"))]), Inputs("style_of_content_size"));
}
