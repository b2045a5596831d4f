using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>
/// Runs kernels of one work-item per element, and compares what they and the same C# code on the host give.
/// </summary>
internal static class Device
{
    /// <summary>The outputs of a kernel that reads one array and writes another of the same length.</summary>
    public static TOut[] Run<TIn, TOut>(
        this Accelerator accelerator, Action<Index1D, ArrayView<TIn>, ArrayView<TOut>> kernel, params TIn[] inputs)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        using MemoryBuffer1D<TIn, Stride1D.Dense> source = accelerator.Allocate1D(inputs);
        using MemoryBuffer1D<TOut, Stride1D.Dense> target = accelerator.Allocate1D(Poison<TOut>(inputs.Length));
        accelerator.LoadAutoGroupedStreamKernel(kernel)(inputs.Length, source.View, target.View);
        return target.GetAsArray1D();
    }

    /// <summary>
    /// Checks that a kernel, which applies a function to each element, gives what the function gives here.
    /// </summary>
    public static void Check<TIn, TOut>(
        this Accelerator accelerator,
        Action<Index1D, ArrayView<TIn>, ArrayView<TOut>> kernel,
        Converter<TIn, TOut> function,
        TIn[] inputs)
        where TIn : unmanaged
        where TOut : unmanaged =>
        AssertSame(inputs, Array.ConvertAll(inputs, function), accelerator.Run(kernel, inputs));

    /// <summary>The outputs of groups of <paramref name="group"/> work-items, all with the same arrays.</summary>
    public static TOut[] RunGroups<TIn, TOut>(
        this Accelerator accelerator,
        Action<ArrayView<TIn>, ArrayView<TOut>> kernel,
        int groups,
        int group,
        int outputs,
        params TIn[] inputs)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        using MemoryBuffer1D<TIn, Stride1D.Dense> source = accelerator.Allocate1D(inputs);
        using MemoryBuffer1D<TOut, Stride1D.Dense> target = accelerator.Allocate1D(Poison<TOut>(outputs));
        accelerator.LoadStreamKernel(kernel)((groups, group), source.View, target.View);
        return target.GetAsArray1D();
    }

    /// <summary>Bit for bit the same (0 is not −0), where any NaN is as good as any other.</summary>
    private static void AssertSame<TIn, TOut>(TIn[] inputs, TOut[] expected, TOut[] actual)
        where TOut : unmanaged
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            foreach (((string path, object wanted), (_, object found)) in Numbers(expected[i]).Zip(Numbers(actual[i])))
            {
                Assert.True(
                    Bits(wanted).Equals(Bits(found)), $"result{path} for {inputs[i]}: expected {wanted}, got {found}");
            }
        }
    }

    /// <summary>The numbers in a struct and in its nested structs, each with its path of field names.</summary>
    private static IEnumerable<(string Path, object Value)> Numbers(object value, string path = "")
    {
        Type type = value.GetType();
        return type.IsPrimitive
            ? [(path, value)]
            : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .SelectMany(field => Numbers(field.GetValue(value)!, $"{path}.{NameOf(field)}"));
    }

    /// <summary>The field's name, or that of the property that it backs.</summary>
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static object Bits(object number) => number switch
    {
        float value when !float.IsNaN(value) => BitConverter.SingleToInt32Bits(value),
        double value when !double.IsNaN(value) => BitConverter.DoubleToInt64Bits(value),
        _ => number,
    };

    /// <summary>All pairs of some edge values, and of many random ones.</summary>
    public static Pair<T>[] Pairs<T>(T[] edges, Func<Random, T> random, Func<T, T, bool> isPossible)
        where T : unmanaged
    {
        Random generator = new(20240517);
        IEnumerable<Pair<T>> crossed = edges.SelectMany(a => edges.Select(b => new Pair<T>(a, b)));
        IEnumerable<Pair<T>> drawn = Enumerable.Range(0, 500)
            .Select(_ => new Pair<T>(random(generator), random(generator)));
        return [.. crossed.Concat(drawn).Where(pair => isPossible(pair.A, pair.B))];
    }

    private static T[] Poison<T>(int length)
        where T : unmanaged
    {
        T[] values = new T[length];
        MemoryMarshal.AsBytes(values.AsSpan()).Fill(0xCD);
        return values;
    }
}

/// <summary>Two operands.</summary>
public readonly record struct Pair<T>(T A, T B)
    where T : unmanaged;
