using ILGPU;
using ILGPU.Runtime;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Structs, methods, references and generic code.</summary>
public class StructTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private struct Point(int x, long y)
    {
        public int X = x;
        public long Y = y;

        public Point(int both)
            : this(both, both)
        {
        }

        public readonly long Product => X * Y;

        public int Twice
        {
            readonly get => 2 * X;
            set => X = value / 2;
        }

        public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);

        public static Point operator -(Point a) => new(-a.X, -a.Y);

        public static explicit operator int(Point p) => p.X + (int)p.Y;

        public static implicit operator Point(int both) => new(both);

        public static bool operator <(Point a, Point b) => a.X < b.X;

        public static bool operator >(Point a, Point b) => a.X > b.X;

        public void Shift(int dx, long dy)
        {
            X += dx;
            Y += dy;
        }

        // The object is changed and set in one expression, its own place last.
        public void Step() => X = Moved();

        private int Moved()
        {
            Y += 3;
            return X + (int)Y;
        }

        public readonly Point Swapped() => new((int)Y, X);
    }

    private readonly record struct Size(int Width, int Height)
    {
        public int Area => Width * Height;

        public int At(int x, int y) => y * Width + x;
    }

    private struct Scene
    {
        public int Kind;
        public Point First, Second;
        public double Weight;
        public Size Size;
    }

    private static void Swap(ref int a, ref int b) => (a, b) = (b, a);

    private static void Split(in Point p, out int x, out long y)
    {
        x = p.X;
        y = p.Y;
    }

    private static ref int Larger(ref int a, ref int b)
    {
        if (a > b)
            return ref a;
        return ref b;
    }

    private interface IOperation
    {
        int Apply(int a, int b);
    }

    private readonly struct Addition : IOperation
    {
        public int Apply(int a, int b) => a + b;
    }

    private readonly struct Scaling(int factor) : IOperation
    {
        public int Apply(int a, int b) => a * b * factor;
    }

    private static int Fold<TOperation>(int n, TOperation operation)
        where TOperation : struct, IOperation
    {
        int result = 1;
        for (int i = 1; i <= n; i++)
            result = operation.Apply(result, i);
        return result;
    }

    private struct Two<T>(T first, T second)
        where T : unmanaged
    {
        public T First = first;
        public T Second = second;

        public readonly Two<T> Turned() => new(Second, First);
    }

    private static T Pick<T>(bool first, T a, T b) => first ? a : b;

    private struct Results
    {
        public long Product, Sum, Kept;
        public int Explicit, Twice, Chained, Swapped, Out, Larger, Reference, Folded, Scaled, Generic, Area, At;
        public int Less, SizeOf;
        public double Picked;
    }

    private static Results Compute(int n)
    {
        Results r = default;
        Point p = new(n, 3);
        Point copy = p;
        p.Shift(1, n);
        p.Step();
        r.Kept = copy.X * 100L + copy.Y;
        r.Product = p.Product;
        r.Sum = (p + copy + 5).Y;
        r.Explicit = (int)-p;
        p.Twice = 2 * n + 10;
        p.Twice += 6;
        p.Twice *= 3;
        r.Twice = p.Twice;
        r.Chained = (p + copy).Swapped().Swapped().X;
        int a = n;
        int b = 7;
        Swap(ref a, ref b);
        r.Swapped = 10 * a + b;
        Split(in p, out int x, out long y);
        r.Out = x + (int)y;
        Larger(ref a, ref b) += 1000;
        r.Larger = a - b;
        ref int reference = ref p.X;
        reference *= 3;
        r.Reference = p.X;
        r.Folded = Fold(n & 15, default(Addition));
        r.Scaled = Fold(n & 7, new Scaling(2));
        r.Generic = new Two<int>(n, 1).Turned().First + (int)new Two<float>(2.5f, n).Turned().Second;
        r.Picked = Pick(n > 3, 0.5, 0.25) + Pick(n > 5, 1, 2)
            + Pick(n > 7, new Two<float>(1, 2), new Two<float>(4, 8)).First;
        Scene scene = default;
        scene.Size = new Size(n, 3);
        scene.Second = 4;
        scene.Second.Shift(1, 1);
        Scene other = scene;
        other.Second.X = -1;
        r.Area = scene.Size.Area + scene.Second.X;
        r.At = other.Size.At(1, 2) + other.Second.X;
        r.Less = copy < p ? 1 : 0;
        r.SizeOf = Interop.SizeOf<(byte, long, byte)>() + 100 * Interop.SizeOf<Scene>();
        return r;
    }

    private static void StructKernel(Index1D i, ArrayView<int> x, ArrayView<Results> y) => y[i] = Compute(x[i]);

    [Fact]
    public void Structs_references_and_generic_code_behave_as_on_the_host()
    {
        int[] numbers = [0, 1, 2, 5, 6, 8, 13, 100, -3];
        device.Accelerator.Check<int, Results>(StructKernel, Compute, numbers);
    }

    private static void SceneKernel(Scene scene, ArrayView<Scene> scenes, ArrayView<long> results)
    {
        int i = Grid.IdxX;
        Scene local = scenes[i];
        local.First.Shift(scene.First.X, scene.Second.Y);
        results[i] = local.First.X + 10 * local.First.Y + 100 * local.Kind + (long)(1000 * local.Weight)
            + scene.Size.Area;
        scenes[i].Second.X = scene.Size.Height;
        scenes[i].First.Shift(7, 8);
    }

    [Fact]
    public void Nested_structs_have_the_same_layout_on_both_sides()
    {
        Accelerator accelerator = device.Accelerator;
        Scene[] scenes = new Scene[5];
        for (int i = 0; i < scenes.Length; i++)
        {
            scenes[i] = new Scene
            {
                Kind = i,
                First = new Point(i, 2 * i),
                Second = -i,
                Weight = 0.5 * i,
                Size = new Size(i, i),
            };
        }
        Scene parameter =
            new() { First = new Point(3, -4), Second = new Point(5, 6), Weight = 1, Size = new Size(7, 9) };
        using MemoryBuffer1D<Scene, Stride1D.Dense> buffer = accelerator.Allocate1D(scenes);
        using MemoryBuffer1D<long, Stride1D.Dense> results = accelerator.Allocate1D<long>(scenes.Length);
        accelerator.LoadStreamKernel<Scene, ArrayView<Scene>, ArrayView<long>>(SceneKernel)(
            (scenes.Length, 1), parameter, buffer.View, results.View);
        Scene[] changed = buffer.GetAsArray1D();
        for (int i = 0; i < scenes.Length; i++)
        {
            Assert.Equal(i + 3 + 10 * (2 * i + 6) + 100 * i + 500 * i + 63, results.GetAsArray1D()[i]);
            Assert.Equal(9, changed[i].Second.X);
            Assert.Equal(i + 7, changed[i].First.X);
            Assert.Equal(2 * i + 8, changed[i].First.Y);
            Assert.Equal(new Size(i, i), changed[i].Size);
        }
    }
}
