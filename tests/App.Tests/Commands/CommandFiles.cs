using IlgpuStyle.App.Images;

namespace IlgpuStyle.App.Tests.Commands;

/// <summary>
/// A folder with what commands need to run to their end: synthetic weights and two small pictures that are not square.
/// </summary>
public sealed class CommandFiles : IDisposable
{
    /// <summary>Test classes join by <c>[Collection(CommandFiles.Collection)]</c>.</summary>
    public const string Collection = "commands";

    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public CommandFiles()
    {
        Weights = PathOf("weights.h5");
        Content = PathOf("content.png");
        Style = PathOf("style.png");
        CommandLineAssert.Succeeds("weights", "synthesize", "--output", Weights);
        var random = new Random(11);
        float[] rgb = Levels(random, ContentSize);
        float[] alpha = [.. Enumerable.Range(0, (int)ContentSize.Pixels).Select(_ => (float)random.Next(256))];
        PictureFile.Save(new Picture(ContentSize, rgb, alpha), Content);
        var styleSize = new PictureSize(44, 36);
        PictureFile.Save(new Picture(styleSize, Levels(random, styleSize)), Style);
    }

    /// <summary>Synthetic weights.</summary>
    public string Weights { get; }

    /// <summary>A picture with transparency.</summary>
    public string Content { get; }

    /// <summary>An opaque picture.</summary>
    public string Style { get; }

    /// <summary>Not square, and not a multiple of any pool's window.</summary>
    internal static PictureSize ContentSize { get; } = new(33, 46);

    /// <summary>The device that tests run on.</summary>
    public static string Device => Environment.GetEnvironmentVariable("ILGPUSTYLE_TEST_DEVICE") ?? "auto";

    /// <summary>The network and the device.</summary>
    public string[] Network => ["--weights", Weights, "--device", Device];

    /// <summary>The pictures in the content's own size, and <see cref="Network"/>.</summary>
    public string[] Pictures =>
    [
        "--content", Content, "--style", Style, "--size", $"{ContentSize.Width}x{ContentSize.Height}", .. Network,
    ];

    public string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Levels that leave room on both sides.</summary>
    private static float[] Levels(Random random, PictureSize size) =>
        [.. Enumerable.Range(0, (int)size.Pixels * 3).Select(_ => (float)random.Next(60, 200))];
}

// Alone, for the reason that SharedTestDevice gives.
[CollectionDefinition(CommandFiles.Collection, DisableParallelization = true)]
public sealed class SharedCommandFiles : ICollectionFixture<CommandFiles>;
