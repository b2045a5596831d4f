using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Weights.Hdf5;

/// <summary>
/// A new HDF5 file, in place of one that stands there. It carries no times, so equal contents give equal bytes. Only
/// <see cref="Complete"/> tells that it is whole.
/// </summary>
internal sealed class Hdf5Writer : IDisposable
{
    private readonly Hdf5Handle _file;
    private bool _isClosed;

    /// <exception cref="IOException">The file cannot be created.</exception>
    internal Hdf5Writer(string path)
    {
        using (Hdf5Library.Enter())
            _file = new Hdf5Handle(H5F.create(path, H5F.ACC_TRUNC), H5F.close);
        Require(_file.IsOpen);
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

    /// <summary>Writes what is still in HDF5's caches and closes the file.</summary>
    /// <exception cref="IOException">The file cannot be written to its end.</exception>
    internal void Complete()
    {
        using (Hdf5Library.Enter())
        {
            _isClosed = true;
            Require(H5F.close(_file) >= 0);
        }
    }

    public void Dispose()
    {
        if (!_isClosed)
        {
            using (Hdf5Library.Enter())
                _file.Dispose();
        }
    }

    private static void Require(bool isDone)
    {
        if (!isDone)
            throw new IOException("HDF5 could not write it, perhaps for lack of space on the disk");
    }
}
