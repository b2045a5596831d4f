using System.Text;
using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Images;

/// <summary>A text in a picture file comes back, and the picture stays what it is.</summary>
public sealed class PictureTextTests
{
    private const string Text = "{\"recipe\": \"Farben ≈ 1,5\"}";

    private static readonly Picture Picture = new(
        new PictureSize(9, 14), [.. Enumerable.Range(0, 9 * 14 * 3).Select(i => i % 256f)]);

    public static TheoryData<bool> Formats => [true, false];

    [Theory]
    [MemberData(nameof(Formats))]
    public void It_comes_back_and_the_pixels_are_the_same(bool isPng)
    {
        byte[] plain = Encode(isPng);
        byte[] tagged = isPng ? PictureText.InPng(plain, Text) : PictureText.InJpeg(plain, Text);
        Assert.Equal(Text, PictureText.Read(tagged));
        Assert.Null(PictureText.Read(plain));
        Assert.Equal(PictureFile.Decode("plain", plain).Rgb, PictureFile.Decode("tagged", tagged).Rgb);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_and_truncated_files_have_none_or_theirs(bool isPng)
    {
        byte[] tagged = isPng ? PictureText.InPng(Encode(isPng), Text) : PictureText.InJpeg(Encode(isPng), Text);
        for (int length = 0; length < tagged.Length; length++)
            Assert.Contains(PictureText.Read(tagged.AsSpan(0, length)), (string?[])[null, Text]);
        for (int i = 0; i < tagged.Length; i++)
        {
            byte[] damaged = [.. tagged];
            damaged[i] ^= 0xFF;
            _ = PictureText.Read(damaged);
        }
    }

    [Fact]
    public void A_text_that_no_comment_can_hold_is_refused() => Assert.Throws<ArgumentException>(
        () => PictureText.InJpeg(Encode(isPng: false), new string('x', 65536)));

    [Fact]
    public void Another_program_s_texts_are_not_ours()
    {
        byte[] png = Encode(isPng: true);
        byte[] other = PngHeader.Chunk("iTXt", Encoding.ASCII.GetBytes("Comment\0\0\0\0\0text"));
        Assert.Null(PictureText.Read([.. png[..PngHeader.HeaderEnd], .. other, .. png[PngHeader.HeaderEnd..]]));
    }

    private static byte[] Encode(bool isPng) =>
        isPng ? PictureFile.EncodePng(Picture) : PictureFile.EncodeJpeg(Picture, quality: 90);
}
