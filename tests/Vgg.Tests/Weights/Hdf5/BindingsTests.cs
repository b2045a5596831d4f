using System.Reflection;
using System.Runtime.InteropServices;
using HDF.PInvoke;

namespace IlgpuStyle.Vgg.Tests.Weights.Hdf5;

/// <summary>Our bindings against the system's library.</summary>
[Collection(nameof(BindingsTests))]
// Alone: a driver that builds kernels may start a linker, which holds every file open here with it, and HDF5 locks the
// files that it writes.
[CollectionDefinition(nameof(BindingsTests), DisableParallelization = true)]
public sealed class BindingsTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string> EntryPoints { get; } = [.. Imports().Select(Describe)];

    public void Dispose() => File.Delete(_path);

    /// <summary>Prelink loads the library and looks the function up.</summary>
    [Theory]
    [MemberData(nameof(EntryPoints))]
    public void The_library_has_every_function(string function) =>
        Marshal.Prelink(Imports().Single(method => Describe(method) == function));

    [Fact]
    public void Predefined_identifiers_are_those_of_the_library()
    {
        Assert.Equal(H5T.class_t.FLOAT, H5T.get_class(H5T.NATIVE_FLOAT));
        Assert.Equal(4, H5T.get_size(H5T.NATIVE_FLOAT));
        Assert.Equal(4, H5T.get_size(H5T.IEEE_F32LE));
        Assert.Equal(H5T.order_t.LE, H5T.get_order(H5T.IEEE_F32LE));
        Assert.Equal(8, H5T.get_size(H5T.IEEE_F64LE));
        Assert.Equal(H5T.class_t.STRING, H5T.get_class(H5T.C_S1));
        Assert.True(H5P.DATASET_CREATE > 0);
    }

    [Fact]
    public unsafe void A_dataset_is_written_and_a_part_of_it_read()
    {
        float[] written = [.. Enumerable.Range(0, 12).Select(value => value + 0.5f)];
        long file = H5F.create(_path, H5F.ACC_TRUNC);
        long shape = H5S.create_simple(2, [3, 4], null);
        long dataset = H5D.create(file, "numbers", H5T.IEEE_F32LE, shape);
        fixed (float* buffer = written)
        {
            Assert.True(H5D.write(dataset, H5T.NATIVE_FLOAT, H5S.ALL, H5S.ALL, H5P.DEFAULT, (nint)buffer) >= 0);
        }
        Assert.True(H5D.close(dataset) >= 0 && H5S.close(shape) >= 0 && H5F.close(file) >= 0);

        file = H5F.open(_path, H5F.ACC_RDONLY);
        dataset = H5D.open(file, "numbers");
        long stored = H5D.get_space(dataset);
        ulong[] extents = new ulong[2];
        Assert.Equal(2, H5S.get_simple_extent_ndims(stored));
        Assert.Equal(2, H5S.get_simple_extent_dims(stored, extents, null));
        Assert.Equal([3ul, 4ul], extents);
        Assert.Equal(12, H5S.get_simple_extent_npoints(stored));
        Assert.True(H5S.select_hyperslab(stored, H5S.seloper_t.SET, [1, 1], null, [2, 3], null) >= 0);
        long part = H5S.create_simple(1, [6], null);
        float[] read = new float[6];
        fixed (float* buffer = read)
        {
            Assert.True(H5D.read(dataset, H5T.NATIVE_FLOAT, part, stored, H5P.DEFAULT, (nint)buffer) >= 0);
        }
        Assert.Equal([5.5f, 6.5f, 7.5f, 9.5f, 10.5f, 11.5f], read);
        Assert.True(H5L.exists(file, "numbers") > 0);
        Assert.Equal(0, H5L.exists(file, "letters"));
        Assert.True(H5S.close(part) >= 0 && H5S.close(stored) >= 0 && H5D.close(dataset) >= 0 && H5F.close(file) >= 0);
    }

    [Fact]
    public void A_missing_file_gives_a_negative_identifier()
    {
        Assert.True(H5E.set_auto(H5E.DEFAULT, null, 0) >= 0); // nothing on stderr
        Assert.True(H5F.open(_path + ".none", H5F.ACC_RDONLY) < 0);
    }

    private static IEnumerable<MethodInfo> Imports() =>
        from type in typeof(H5F).Assembly.GetTypes().Where(type => type.Namespace == typeof(H5F).Namespace)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.GetCustomAttribute<DllImportAttribute>() is not null
        select method;

    private static string Describe(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
