using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ILGPU.Runtime;

namespace IlgpuStyle.Kernels;

/// <summary>
/// An engine's kernels, each loaded once, and a file that says which a run took: the next loads them while it reads
/// its inputs.
/// </summary>
/// <remarks>
/// Where there is no file, this build of the kernels has not run on the device before: drivers keep what they compile,
/// so that such a first start takes many times as long as the next. Where none can be written, every start counts as
/// the first, and most likely is one: drivers keep their files in the same place.
/// </remarks>
internal sealed class KernelCache
{
    private readonly Accelerator _accelerator;
    private readonly string _file;
    private readonly Lock _lock = new();
    private readonly Dictionary<MethodInfo, Task<Kernel>> _kernels = [];

    /// <summary>The lines of the next file, in the order in which kernels are first launched.</summary>
    private readonly List<string> _launched = [];

    private volatile bool _closed;

    public KernelCache(Accelerator accelerator, string device)
        : this(accelerator, device, Path.Combine(UserFolder(), "ilgpustyle"))
    {
    }

    /// <param name="accelerator">The open device.</param>
    /// <param name="device">Its name.</param>
    /// <param name="folder">Where the file lies.</param>
    internal KernelCache(Accelerator accelerator, string device, string folder)
    {
        _accelerator = accelerator;
        string build = $"{typeof(KernelCache).Module.ModuleVersionId} {device}";
        _file = Path.Combine(
            folder, $"kernels-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(build)))[..16]}");
        IsFirstStart = !File.Exists(_file);
    }

    public bool IsFirstStart { get; }

    /// <summary>Done when all is loaded that the last run took; null if nothing is loaded ahead.</summary>
    internal Task? LoadedAhead { get; private set; }

    /// <summary>Begins to load a kernel that is launched now or soon.</summary>
    public Task<Kernel> Load(MethodInfo kernel, KernelSpecialization specialization)
    {
        lock (_lock)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{kernel.Name} {specialization.MaxNumThreadsPerGroup} {specialization.MinNumGroupsPerMultiprocessor}");
            if (!_launched.Contains(line))
                _launched.Add(line);
            return Begin(kernel, specialization);
        }
    }

    /// <summary>Begins to load, one after the other, what the last run took.</summary>
    public void LoadAhead() => LoadedAhead = Task.Run(LoadThoseOfLastRun);

    /// <summary>Loads nothing more ahead, and waits for what is loading: it needs the device.</summary>
    public void Close()
    {
        _closed = true;
        LoadedAhead?.GetAwaiter().GetResult();
        Task.WhenAny(Task.WhenAll(_kernels.Values)).GetAwaiter().GetResult();
    }

    /// <summary>
    /// Keeps which kernels a run took that is of the kind that loads them ahead, or the first of any kind.
    /// </summary>
    public void Keep()
    {
        if ((LoadedAhead is null && !IsFirstStart) || ReadFile().SequenceEqual(_launched))
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllLines(_file, _launched);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then the next start is like this one.
        }
    }

    /// <summary>
    /// The user's folder for data, whether or not it is there; without one the system's for temporary files.
    /// </summary>
    private static string UserFolder()
    {
        string folder = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0 ? folder : Path.GetTempPath();
    }

    private Task<Kernel> Begin(MethodInfo kernel, KernelSpecialization specialization)
    {
        if (!_kernels.TryGetValue(kernel, out Task<Kernel>? loading))
        {
            loading = Task.Run(() => KernelLoader.Load(_accelerator, kernel, specialization));
            _kernels.Add(kernel, loading);
        }
        return loading;
    }

    private async Task LoadThoseOfLastRun()
    {
        Dictionary<string, MethodInfo> methods = typeof(KernelCache).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .ToDictionary(method => method.Name);
        foreach (string line in ReadFile())
        {
            // A file may be damaged; what it does not say is loaded when it is launched.
            if (_closed || line.Split(' ') is not [string name, string threads, string groups]
                || !methods.TryGetValue(name, out MethodInfo? kernel))
            {
                return;
            }
            Task<Kernel> loading;
            lock (_lock)
                loading = Begin(kernel, new KernelSpecialization(Number(threads), Number(groups)));
            // What fails, fails where it is launched.
            await Task.WhenAny(loading).ConfigureAwait(false);
        }

        static int? Number(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private string[] ReadFile()
    {
        try
        {
            return File.ReadAllLines(_file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
