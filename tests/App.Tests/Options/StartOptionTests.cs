using IlgpuStyle.App.Options;
using IlgpuStyle.StyleTransfer.Recipes;

namespace IlgpuStyle.App.Tests.Options;

public sealed class StartOptionTests
{
    /// <summary>Noise goes with the start that it was meant for, or with what asks for it.</summary>
    [Theory]
    [InlineData("gatys", null, null, StartKind.Noise, 1e-3)]
    [InlineData("gatys", "noise", null, StartKind.Noise, 1e-3)]
    [InlineData("gatys", "grey", null, StartKind.Grey, 0)]
    [InlineData("gatys", "photo.png", null, StartKind.Picture, 0)]
    [InlineData("balanced", "noise", null, StartKind.Noise, 0.001)]
    [InlineData("balanced", "style", 7.0, StartKind.Style, 7)]
    [InlineData("balanced", null, 7.0, StartKind.Content, 7)]
    public void A_start_brings_its_own_noise(
        string preset, string? start, double? noise, StartKind kind, double levels) => Assert.Equal(
        new StartPicture(kind, levels), StartOption.Apply(Presets.Find(preset), start, noise).Start);

    [Fact]
    public void A_presets_own_noise_is_kept_for_noise() => Assert.Equal(
        new StartPicture(StartKind.Noise, 5),
        StartOption.Apply(
            Presets.Balanced with { Start = new StartPicture(StartKind.Content, 5) }, "noise", noise: null).Start);
}
