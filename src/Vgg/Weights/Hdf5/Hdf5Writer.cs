using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>
/// A new HDF5 file. It carries no times, so equal contents give equal bytes. <see cref="Complete"/> puts it in
/// its place; without that nothing is left behind and what was there before stays.
/// </summary>
internal sealed class Hdf5Writer : IDisposable
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly Hdf5Handle _file;
    private bool _isClosed;

    /// <exception cref="WeightFileException">The file cannot be created.</exception>
    internal Hdf5Writer(string path)
    {
        _path = path;
        _temporaryPath = path + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Create(_temporaryPath).Dispose(); // Says why it cannot be written, which HDF5 would not.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"Weights file '{path}' cannot be written: {refused.Message}", refused);
        }
        using (Hdf5Library.Enter())
        {
            _file = new Hdf5Handle(H5F.create(_temporaryPath, H5F.ACC_TRUNC), H5F.close);
        }
        if (!_file.IsOpen)
        {
            File.Delete(_temporaryPath);
            Require(false);
        }
    }

    /// <summary>Creates a group.</summary>
    internal void CreateGroup(string groupPath)
    {
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle group = new(H5G.create(_file, groupPath), H5G.close);
            Require(group.IsOpen);
        }
    }

    /// <summary>Gives a group an attribute of strings.</summary>
    internal void WriteStrings(string groupPath, string attribute, IReadOnlyList<string> values)
    {
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle group = new(H5G.open(_file, groupPath), H5G.close);
            Require(group.IsOpen && Hdf5Strings.Write(group, attribute, values));
        }
    }

    /// <summary>Writes a dataset of float32 in one piece.</summary>
    internal unsafe void WriteFloats(string datasetPath, ReadOnlySpan<float> values, params ulong[] shape)
    {
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle space = new(H5S.create_simple(shape.Length, shape, null), H5S.close);
            using Hdf5Handle properties = new(H5P.create(H5P.DATASET_CREATE), H5P.close);
            _ = H5P.set_obj_track_times(properties, 0);
            using Hdf5Handle dataset = new(
                H5D.create(_file, datasetPath, H5T.IEEE_F32LE, space, H5P.DEFAULT, properties), H5D.close);
            fixed (float* buffer = values)
            {
                Require(dataset.IsOpen && H5D.write(
                    dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (nint)buffer) >= 0);
            }
        }
    }

    /// <summary>Closes the file and moves it to its place.</summary>
    /// <exception cref="WeightFileException">The file cannot be written to its end, or not moved.</exception>
    internal void Complete()
    {
        using (Hdf5Library.Enter())
        {
            _isClosed = true;
            Require(H5F.close(_file) >= 0); // Writes what is still in HDF5's caches.
        }
        try
        {
            File.Move(_temporaryPath, _path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException($"Weights file '{_path}' cannot be written: {refused.Message}", refused);
        }
    }

    public void Dispose()
    {
        if (!_isClosed)
        {
            using (Hdf5Library.Enter())
            {
                _file.Dispose();
            }
        }
        File.Delete(_temporaryPath);
    }

    private void Require(bool isDone)
    {
        if (!isDone)
        {
            throw new WeightFileException(
                $"Weights file '{_path}' cannot be written; is there space on the disk for it?");
        }
    }
}
