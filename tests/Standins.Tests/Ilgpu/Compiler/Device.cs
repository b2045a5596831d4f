using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Runs kernels of one work-item per element, and compares what they and the same C# code on the host give.</summary>
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

    /// <summary>Checks that a kernel, which applies a function to each element, gives what the function gives here.</summary>
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

    /// <summary>Bit for bit the same, where any NaN is as good as any other.</summary>
    private static void AssertSame<TIn, TOut>(TIn[] inputs, TOut[] expected, TOut[] actual)
        where TOut : unmanaged
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            foreach (System.Reflection.FieldInfo field in typeof(TOut).GetFields())
            {
                object wanted = field.GetValue(expected[i])!;
                object found = field.GetValue(actual[i])!;
                Assert.True(wanted.Equals(found), $"{field.Name} of {inputs[i]}: expected {wanted}, got {found}");
            }
        }
    }

    /// <summary>All pairs of some edge values, and of many random ones.</summary>
    public static Pair<T>[] Pairs<T>(T[] edges, Func<Random, T> random, Func<T, T, bool> isPossible)
        where T : unmanaged
    {
        Random generator = new(20240517);
        IEnumerable<Pair<T>> crossed = edges.SelectMany(a => edges.Select(b => new Pair<T>(a, b)));
        IEnumerable<Pair<T>> drawn = Enumerable.Range(0, 500).Select(_ => new Pair<T>(random(generator), random(generator)));
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
