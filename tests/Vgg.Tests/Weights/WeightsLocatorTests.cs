using System.Text.RegularExpressions;
using IlgpuStyle.Vgg.Weights;

namespace IlgpuStyle.Vgg.Tests.Weights;

[Collection(nameof(HttpClient.DefaultProxy))] // Which one test changes for all.
public sealed class WeightsLocatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Looks_in_order_and_prefers_the_small_file()
    {
        WeightsLocator locator = Locator();
        Assert.Null(locator.Find());

        // Each is found although the ones after it lie there already.
        string cachedTop = Place("keras/models", OfficialWeightFile.WithTop, OfficialWeightFile.WithTop.SizeBytes);
        Assert.Equal(cachedTop, locator.Find());
        string cached = Place("keras/models", OfficialWeightFile.WithoutTop, OfficialWeightFile.WithoutTop.SizeBytes);
        Assert.Equal(cached, locator.Find());
        string repository = Place("repository/weights", OfficialWeightFile.WithoutTop, 10);
        Assert.Equal(repository, locator.Find());
        string program = Place("repository/bin/weights", OfficialWeightFile.WithoutTop, 10);
        Assert.Equal(program, locator.Find());
        string workingTop = Place("work/weights", OfficialWeightFile.WithTop, 10);
        Assert.Equal(workingTop, locator.Find());
        string working = Place("work/weights", OfficialWeightFile.WithoutTop, 10);
        Assert.Equal(working, locator.Find());
    }

    [Fact]
    public void Passes_over_a_broken_file_in_kerass_cache()
    {
        Place("keras/models", OfficialWeightFile.WithoutTop, OfficialWeightFile.WithoutTop.SizeBytes - 1);

        Assert.Null(Locator().Find());
    }

    [Fact]
    public async Task Downloads_nothing_where_a_file_is_in_place()
    {
        string placed = Place("work/weights", OfficialWeightFile.WithoutTop, 10);
        using var download = new WeightsDownload(WeightsDownloadTests.ClosedPort());

        Assert.Equal(placed, await Locator().FindOrDownloadAsync(download));
    }

    [Fact]
    public async Task Offline_it_says_the_three_ways_on()
    {
        Uri address = WeightsDownloadTests.ClosedPort();
        using var download = new WeightsDownload(address);
        WeightsLocator locator = Locator();

        WeightFileException failure = await Assert.ThrowsAsync<WeightFileException>(
            () => locator.FindOrDownloadAsync(download));

        Assert.Contains("No connection to", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"get {address}{OfficialWeightFile.WithoutTop.FileName} elsewhere "
            + $"and put it into '{locator.DownloadFolder}'",
            failure.Message, StringComparison.Ordinal);
        Assert.Contains("--weights FILE.h5", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--weights synthetic", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Single(Regex.Matches(failure.Message, Regex.Escape(address.ToString())));
    }

    [Fact]
    public void Downloads_into_the_repository_or_else_into_kerass_cache()
    {
        Assert.Equal(_folder.File("keras/models"), Locator().DownloadFolder);

        Directory.CreateDirectory(_folder.File("repository/weights"));

        Assert.Equal(_folder.File("repository/weights"), Locator().DownloadFolder);
    }

    private WeightsLocator Locator() =>
        new(_folder.File("work"), _folder.File("repository/bin"), _folder.File("keras"));

    /// <summary>Makes a file of the given length, without filling the disk.</summary>
    private string Place(string folder, OfficialWeightFile file, long length)
    {
        Directory.CreateDirectory(_folder.File(folder));
        string path = Path.Combine(_folder.File(folder), file.FileName);
        using FileStream stream = File.Create(path);
        stream.SetLength(length);
        return path;
    }
}
