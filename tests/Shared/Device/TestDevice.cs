using IlgpuStyle.Kernels;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace IlgpuStyle.Testing;

/// <summary>
/// The device that tests run on, opened once per test assembly. Test classes join by
/// <c>[Collection(TestDevice.Collection)]</c>, so that they also take turns on it.
/// </summary>
/// <remarks>
/// The environment variable ILGPUSTYLE_TEST_DEVICE selects it as <c>--device</c> does. Without a usable device
/// every test of the collection fails with the sentence that says what to install. Which device it is stands in the
/// test run's output. ILGPUSTYLE_TEST_MULTIPLY_ADDS leaves out larger cases, for devices that are simulated.
/// </remarks>
public sealed class TestDevice : IDisposable
{
    public const string Collection = "device";

    private static readonly long MostMultiplyAdds =
        long.TryParse(Environment.GetEnvironmentVariable("ILGPUSTYLE_TEST_MULTIPLY_ADDS"), out long most)
            ? most
            : long.MaxValue;

    public TestDevice(IMessageSink output)
    {
        Engine = Open();
        output.OnMessage(new DiagnosticMessage($"on {Engine.Device.Name} ({Engine.Device.Api})"));
    }

    public Engine Engine { get; }

    /// <summary>Whether a case of so many multiply-adds is to be run.</summary>
    public static bool Affords(long multiplyAdds) => multiplyAdds <= MostMultiplyAdds;

    /// <summary>A tensor that holds the values.</summary>
    public Tensor Upload(TensorShape shape, float[] values)
    {
        Tensor tensor = Engine.AllocateTensor("test", shape);
        tensor.CopyFrom(values);
        return tensor;
    }

    /// <summary>A tensor that holds an H × W × C array.</summary>
    internal Tensor Upload(NpyFile array) =>
        Upload(new TensorShape(array.Shape[0], array.Shape[1], array.Shape[2]), array.ToSingle());

    /// <summary>A tensor filled with NaN, so that an element that a kernel forgets is found.</summary>
    public Tensor Poisoned(TensorShape shape)
    {
        Tensor tensor = Engine.AllocateTensor("test", shape);
        Poison(tensor);
        return tensor;
    }

    /// <summary>Fills a tensor's pixels with NaN; border and padding stay zero.</summary>
    public static void Poison(Tensor tensor) => tensor.CopyFrom(Nan(tensor.Shape.Length));

    /// <summary>An array that holds the values.</summary>
    public DeviceArray Upload(float[] values)
    {
        DeviceArray array = Engine.AllocateArray("test", values.Length);
        array.CopyFrom(values);
        return array;
    }

    /// <summary>An array filled with NaN.</summary>
    public DeviceArray Poisoned(int length) => Upload(Nan(length));

    public void Dispose() => Engine.Dispose();

    private static float[] Nan(long length)
    {
        float[] values = new float[length];
        Array.Fill(values, float.NaN);
        return values;
    }

    /// <summary>The device, opened anew for a test that counts what it takes; the caller disposes it.</summary>
    public static Engine Open()
    {
        try
        {
            Engine engine = Engine.Open(Environment.GetEnvironmentVariable("ILGPUSTYLE_TEST_DEVICE") ?? "auto");
            engine.PoisonsUninitialized = true;
            engine.HeedsOclgrind = engine.Device.Name.StartsWith("Oclgrind", StringComparison.Ordinal);
            return engine;
        }
        catch (DeviceException exception)
        {
            throw new NoTestDeviceException(exception.Message);
        }
    }

    /// <summary>Says what to install and nothing else: where it was thrown helps nobody.</summary>
    private sealed class NoTestDeviceException(string message) : Exception(message)
    {
        public override string? StackTrace => null;
    }
}

// Alone: a driver that builds kernels may start a linker, which holds every file open here with it, and HDF5 locks the
// files that it writes.
[CollectionDefinition(TestDevice.Collection, DisableParallelization = true)]
public sealed class SharedTestDevice : ICollectionFixture<TestDevice>;
