using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

public class MaskPictureTests
{
    private static readonly PictureSize Size = new(1, 2);

    [Fact]
    public void Grey_is_the_mean_of_the_channels() => Assert.Equal(
        // (0 + 51 + 102)/3 = 51 = 255/5
        [0.2f, 1],
        MaskPicture.FromGrey("m.png", new Picture(Size, [0, 51, 102, 255, 255, 255])).InSize(Size).Values);

    [Fact]
    public void Alpha_is_the_opacity() => Assert.Equal(
        [0, 0.6f],
        MaskPicture.FromAlpha("c.png", new Picture(Size, new float[6], [0, 153])).InSize(Size).Values);

    /// <summary>Whatever colour lies under it.</summary>
    [Fact]
    public void Where_a_mask_is_transparent_it_is_black() => Assert.Equal(
        [0f, 0.5f],
        MaskPicture.FromGrey(
            "m.png", new Picture(Size, [255, 255, 255, 255, 255, 255], [0, 127.5f])).InSize(Size).Values);

    [Fact]
    public void A_mask_is_resized() => Assert.Equal(
        [0.5f],
        MaskPicture.FromAlpha("c.png", new Picture(Size, new float[6], [0, 255])).InSize(new PictureSize(1, 1)).Values);

    [Fact]
    public void An_opaque_picture_has_no_alpha() => Assert.Equal(
        "--style-mask alpha needs a content picture with transparency, but 'c.png' has none.",
        Assert.Throws<InputFileException>(
            () => MaskPicture.FromAlpha("c.png", new Picture(Size, new float[6]))).Message);

    [Fact]
    public void A_black_mask_is_refused() => Assert.Equal(
        "The mask of 'm.png' is black everywhere at 2×1: it leaves its style no place.",
        Assert.Throws<InputFileException>(
            () => MaskPicture.FromGrey("m.png", new Picture(Size, new float[6])).InSize(Size)).Message);
}
