using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Compiler;
using ILGPU.Util;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>
/// What no device can do is refused when the kernel is compiled, with kernel, construct and source line.
/// </summary>
public class RestrictionTests
{
    private static int _counter;
    private static readonly float[] Table = [1, 2, 3];
    private static readonly Func<int, int> Twice = x => 2 * x;

    private static void AllocationKernel(ArrayView<int> x) => x[0] = new Node(3).Value;

    private static void ArrayOfUnknownLengthKernel(ArrayView<int> x)
    {
        int[] values = new int[x[0]]; // ArrayOfUnknownLengthKernel
        values[x[1]] = 3;
        x[2] = values[x[3]];
    }

    private static void ArrayOfStringsKernel(ArrayView<int> x)
    {
        string[] names = new string[3]; // ArrayOfStringsKernel
        names[x[0]] = "a";
        x[1] = names[x[2]] is null ? 1 : 0;
    }

    private static void StringKernel(ArrayView<int> x) => x[0] = "abc".Length + x.ToString()!.Length;

    private static void ThrowKernel(ArrayView<int> x)
    {
        if (x[0] < 0)
            throw new ArgumentException("negative"); // ThrowKernel
        x[0] = 1;
    }

    private static void TryKernel(ArrayView<int> x)
    {
        try
        {
            x[0] = 1; // TryKernel
        }
        finally
        {
            x[1] = 2;
        }
    }

    private static void StaticFieldKernel(ArrayView<int> x) => x[0] = _counter++;

    private static void StaticArrayKernel(ArrayView<float> x) => x[0] = Table[1];

    private static void DelegateKernel(ArrayView<int> x) => x[0] = Twice(x[1]);

    private static void LambdaKernel(ArrayView<int> x)
    {
        int factor = x[1];
        Func<int, int> scale = y => y * factor; // LambdaKernel
        x[0] = scale(x[2]);
    }

    private static void BoxingKernel(ArrayView<int> x) => x[0] = ((object)x[1]).GetHashCode();

    private static void VirtualCallKernel(ArrayView<int> x)
    {
        int size = x[0];
        x[1] = SizeOf(null!) + size; // VirtualCallKernel
    }

    private static int SizeOf(Shape shape)
    {
        return shape.Size();
    }

    private static void InterfaceCallKernel(ArrayView<int> x)
    {
        Square square = new(x[0]);
        IShape shape = square; // InterfaceCallKernel
        x[1] = shape.Size();
    }

    private static void StaticInterfaceCallKernel(ArrayView<int> x)
    {
        int one = x[0];
        x[1] = CornersOf<Shape>() + one;
    }

    private static int CornersOf<TShape>()
        where TShape : IShape
    {
        return TShape.Corners(); // StaticInterfaceCallKernel
    }

    private static void RecursionKernel(ArrayView<int> x) => x[0] = Factorial(x[1]);

    private static int Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1); // RecursionKernel

    private static void CheckedKernel(ArrayView<int> x) => x[0] = checked(x[1] + x[2]);

    private static void FrameworkKernel(ArrayView<int> x) => x[0] = Environment.TickCount;

    private static void StackallocKernel(ArrayView<int> x)
    {
        Span<int> values = stackalloc int[4]; // StackallocKernel
        values[x[0]] = 5;
        x[1] = values[x[2]];
    }

    private static unsafe void PointerKernel(ArrayView<int> x)
    {
        int value = x[0];
        int* pointer = &value; // PointerKernel
        pointer[x[1]] = 5;
        x[2] = value;
    }

    private static void MixedMemoryKernel(ArrayView<int> x)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(4);
        ArrayView<int> view = x[0] > 0 ? x : shared; // MixedMemoryKernel
        x[1] = view[0];
    }

    private static void SharedLengthKernel(ArrayView<int> x, int length) =>
        x[0] = SharedMemory.Allocate<int>(length)[0]; // SharedLengthKernel

    private static void TwoDrawsKernel(ArrayView<int> x, int state) => x[0] = Draw(ref state) - Draw(ref state);

    private static int Draw(ref int state) => state = state * 5 + 1;

    private static void TwoDrawsOfThisKernel(ArrayView<int> x)
    {
        Generator generator = default;
        x[0] = generator.Pair();
    }

    private static void TwoAtomicsKernel(ArrayView<int> x) => x[0] = Atomic.Add(ref x[1], 1) + x[1];

    private static void ImpureChoiceKernel(ArrayView<int> x, ArrayView<int> y, ArrayView<int> z) =>
        z[0] = Utilities.Select(z[1] > 0, Atomic.Add(ref x[1], 1), Atomic.Add(ref y[2], 1)); // ImpureChoiceKernel

    private static void CastToTupleKernel(ArrayView<int> x) => x[0] = x.Cast<(int, int)>()[1].Item1;

    private static void LocalInlineArrayKernel(ArrayView<int> x)
    {
        Four four = default; // LocalInlineArrayKernel
        x[0] = Interop.SizeOf<Four>() + ReferenceTo(ref four);
    }

    private static int ReferenceTo(ref Four four)
    {
        four = default;
        return 3;
    }

    private static void NativeIntKernel(ArrayView<int> x)
    {
        nint n = x[0]; // NativeIntKernel
        x[1] = (int)(n * n >> 32);
    }

    private static void GotoCaseKernel(ArrayView<int> x)
    {
        switch (x[0])
        {
            case 0:
                x[1] = 5;
                break;
            case 1:
                x[2] = 6;
                goto case 0; // GotoCaseKernel
            case 2:
                x[3] = 7;
                break;
            case 3:
                x[4] = 8;
                goto case 1;
        }
    }

    private static void ViewOfNothingKernel(ArrayView<int> x) => x[0] = LengthOfNothing(x[1] > 0);

    private static int LengthOfNothing(bool isUsed)
    {
        ArrayView<int> view = default; // ViewOfNothingKernel
        return isUsed ? view.IntLength : view[0];
    }

    private static void LogarithmKernel(ArrayView<float> x) => x[0] = MathF.Log(x[1], x[2]);

    private static void ImpurePieceKernel(ArrayView<int> x, ArrayView<int> y) =>
        y.SubView(Atomic.Add(ref x[0], 1), 4).SubView(1)[0] = 3; // ImpurePieceKernel

    private static void BoolKernel(ArrayView<int> x, bool flag) => x[0] = flag ? 1 : 0;

    private static void ByteKernel(ArrayView<int> x, byte value) => x[0] = value;

    private static void ClassKernel(ArrayView<int> x, string text) => x[0] = text.Length;

    private static void BoolFieldKernel(ArrayView<int> x, Flagged flagged) => x[0] = flagged.Value;

    private static void TupleKernel(ArrayView<int> x, (int, long) pair) => x[0] = (int)pair.Item2;

    private static void TuplesKernel(ArrayView<Wrapped> x) => x[0].Pair.Item1 = 3;

    private static void InlineArrayKernel(ArrayView<Four> x) => x[0] = x[1];

    private static int ResultKernel(ArrayView<int> x) => x[0];

    private interface IShape
    {
        static abstract int Corners();

        int Size();
    }

    private abstract class Shape : IShape
    {
        public static int Corners() => 0;

        public abstract int Size();
    }

    private readonly struct Square(int side) : IShape
    {
        public static int Corners() => 4;

        public int Size() => side * side;
    }

    private sealed class Node(int value)
    {
        public int Value { get; } = value;
    }

    private struct Generator
    {
        private int _state;

        public int Pair() => Next() - Next(); // TwoDrawsOfThisKernel

        private int Next()
        {
            _state = 5 * _state + 1;
            return _state;
        }
    }

    private struct Wrapped
    {
        public (int, long) Pair;
    }

    [InlineArray(4)]
    private struct Four
    {
        private float _first;
    }

    private readonly record struct Flagged(int Value, bool Flag);

    [Theory]
    [InlineData(nameof(AllocationKernel), "the allocation of a Node")]
    [InlineData(nameof(ArrayOfUnknownLengthKernel), "array values, whose length is not a constant")]
    [InlineData(nameof(ArrayOfStringsKernel), "type String does not exist on a device")]
    [InlineData(nameof(StringKernel), "a string (\"abc\")")]
    [InlineData(nameof(ThrowKernel), "throw, which needs exceptions")]
    [InlineData(nameof(TryKernel), "try, which needs exceptions")]
    [InlineData(nameof(StaticFieldKernel), "static field RestrictionTests._counter, which isn't readonly")]
    [InlineData(nameof(StaticArrayKernel), "static field RestrictionTests.Table, which isn't a number")]
    [InlineData(nameof(DelegateKernel), "delegate")]
    [InlineData(nameof(LambdaKernel), "a lambda expression")]
    [InlineData(nameof(BoxingKernel), "Object")]
    [InlineData(nameof(RecursionKernel), "recursion through RestrictionTests.Factorial in RestrictionTests.Factorial")]
    [InlineData(nameof(VirtualCallKernel), "a null reference (null)")]
    [InlineData(nameof(InterfaceCallKernel), "type IShape does not exist on a device")]
    [InlineData(nameof(StaticInterfaceCallKernel), "a virtual call of IShape.Corners in RestrictionTests.CornersOf")]
    [InlineData(nameof(CheckedKernel), "checked arithmetic")]
    [InlineData(nameof(FrameworkKernel), "System.Environment.get_TickCount")]
    [InlineData(nameof(StackallocKernel), "stackalloc")]
    [InlineData(nameof(PointerKernel), "a pointer (&value)")]
    [InlineData(nameof(MixedMemoryKernel), "different kinds of values or memories")]
    [InlineData(nameof(TwoDrawsKernel), "an expression that changes 'state' and uses it elsewhere")]
    [InlineData(nameof(TwoDrawsOfThisKernel), "an expression that changes 'this' and uses it elsewhere")]
    [InlineData(nameof(TwoAtomicsKernel), "an expression that changes 'x' and uses it elsewhere")]
    [InlineData(nameof(ImpureChoiceKernel), "a choice between values that change something")]
    [InlineData(nameof(CastToTupleKernel), "a view of ValueTuple`2, whose fields .NET lays out otherwise than C")]
    [InlineData(nameof(LocalInlineArrayKernel), "type Four is an inline array")]
    [InlineData(nameof(NativeIntKernel), "type IntPtr does not exist on a device")]
    [InlineData(nameof(GotoCaseKernel), "a goto case")]
    [InlineData(nameof(ViewOfNothingKernel), "a view that a kernel creates in RestrictionTests.LengthOfNothing")]
    [InlineData(nameof(LogarithmKernel), "a call of System.MathF.Log, which has no counterpart")]
    [InlineData(nameof(ImpurePieceKernel), "a piece of a view that a call determines")]
    [InlineData(nameof(SharedLengthKernel), "an allocation whose length is not a positive constant")]
    public void A_construct_is_refused_with_its_line(string kernel, string construct)
    {
        InternalCompilerException error = Assert.Throws<InternalCompilerException>(() => Compile(kernel));
        Assert.StartsWith(
            $"Kernel RestrictionTests.{kernel} can't run on a device: ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Contains(construct, StringComparison.Ordinal), error.Message);
        Assert.EndsWith($" (RestrictionTests.cs:{LineOf(kernel)}).", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The line that a comment with the kernel's name marks, else that where the kernel starts.</summary>
    private static int LineOf(string kernel, [CallerFilePath] string file = "")
    {
        string[] lines = File.ReadAllLines(file);
        int marked = Array.FindIndex(lines, line => line.EndsWith($" // {kernel}", StringComparison.Ordinal));
        return 1 + (marked >= 0
            ? marked
            : Array.FindIndex(lines, line => line.Contains($" {kernel}(", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(nameof(BoolKernel), "parameter flag is or contains a Boolean")]
    [InlineData(nameof(ByteKernel), "parameter value is or contains a Byte")]
    [InlineData(nameof(ClassKernel), "parameter text is or contains a String")]
    [InlineData(nameof(BoolFieldKernel), "parameter flagged is or contains a Boolean")]
    [InlineData(nameof(TupleKernel), "parameter pair is or contains a ValueTuple`2")]
    [InlineData(nameof(TuplesKernel), "parameter x is or contains a ValueTuple`2, whose fields .NET lays out")]
    [InlineData(nameof(InlineArrayKernel), "parameter x is or contains a Four, whose fields .NET lays out otherwise")]
    [InlineData(nameof(ResultKernel), "it returns Int32")]
    public void A_signature_is_refused(string kernel, string fault)
    {
        InternalCompilerException error = Assert.Throws<InternalCompilerException>(() => Compile(kernel));
        Assert.StartsWith(
            $"Kernel RestrictionTests.{kernel} can't run on a device: {fault}",
            error.Message,
            StringComparison.Ordinal);
    }

    private static CompiledKernel Compile(string kernel) => KernelCompiler.Compile(
        typeof(RestrictionTests).GetMethod(kernel, BindingFlags.Static | BindingFlags.NonPublic)!,
        KernelIndexKind.Explicit,
        false);
}
