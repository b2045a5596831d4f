namespace IlgpuStyle.Testing;

/// <summary>One case of <c>tests/Reference/fixtures</c>: a folder of .npy arrays, read by name. The README beside the
/// fixtures says what each array is.</summary>
internal sealed class Fixture
{
    private static readonly string Root = FindRoot();
    private readonly string _folder;

    private Fixture(string folder) => _folder = folder;

    /// <summary>The array <paramref name="name"/> of this case.</summary>
    public NpyFile this[string name] => NpyFile.Load(Path.Combine(_folder, name + ".npy"));

    /// <summary>Where this case keeps a file that is no array, such as a picture.</summary>
    public string PathOf(string fileName) => Path.Combine(_folder, fileName);

    /// <summary>Opens a case, for example <c>Open("convolution", "5x7x3x16")</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such case.</exception>
    public static Fixture Open(string family, string caseName)
    {
        string folder = Path.Combine(Root, family, caseName);
        return Directory.Exists(folder)
            ? new Fixture(folder)
            : throw new DirectoryNotFoundException(
                $"No fixture {folder}; tests/Reference/make_fixtures.py writes them.");
    }

    /// <summary>The names of a family's cases that start with <paramref name="prefix"/>, in order; at least one, so
    /// that a theory over them cannot pass by testing nothing.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string[] Cases(string family, string prefix = "")
    {
        string[] names = [.. Directory.GetDirectories(Path.Combine(Root, family), prefix + "*")
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        return names.Length > 0
            ? names
            : throw new DirectoryNotFoundException($"No fixture of {family} starts with '{prefix}'.");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            string root = Path.Combine(folder.FullName, "tests", "Reference", "fixtures");
            if (Directory.Exists(root))
                return root;
        }
        throw new DirectoryNotFoundException($"No tests/Reference/fixtures above {AppContext.BaseDirectory}.");
    }
}
