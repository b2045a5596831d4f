using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using ILGPU.Compiler;

namespace ILGPU.Runtime.OpenCL;

/// <summary>
/// Launches a kernel through a delegate that is compiled for its parameters: it hands them over one by one, typed,
/// so that a launch allocates nothing.
/// </summary>
internal sealed unsafe class KernelLauncher
{
    // One size for all extents, because CPU drivers compile a kernel anew for each.
    private const int ImplicitGroupSize = 128;

    private readonly CLAccelerator _accelerator;
    private readonly CLKernel _kernel;
    private readonly ParameterInfo[] _parameters;
    private readonly Argument[] _arguments;
    private readonly byte[] _values;
    private readonly int _maxGroupSize;

    /// <param name="accelerator">Where launches go.</param>
    /// <param name="kernel">What is launched.</param>
    /// <param name="specialization">What launches promise.</param>
    internal KernelLauncher(CLAccelerator accelerator, CLKernel kernel, KernelSpecialization specialization)
    {
        _accelerator = accelerator;
        _kernel = kernel;
        _maxGroupSize = specialization.MaxNumThreadsPerGroup ?? accelerator.MaxNumThreadsPerGroup;
        int implicitIndices = kernel.IndexKind == KernelIndexKind.Explicit ? 0 : 1;
        _parameters = kernel.Method.GetParameters()[implicitIndices..];
        _arguments = new Argument[_parameters.Length];
        int offset = 0;
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (IsView(_parameters[i].ParameterType))
                continue;
            int size = SizeOf(_parameters[i].ParameterType);
            _arguments[i] = new Argument { ValueOffset = offset, ValueSize = size };
            offset += (size + 15) / 16 * 16;
        }
        _values = GC.AllocateArray<byte>(Math.Max(offset, 1), pinned: true);
    }

    /// <summary>
    /// The delegate: (geometry, parameters …) → lock, hand over each parameter, launch, unlock.
    /// </summary>
    internal TDelegate CreateDelegate<TDelegate>()
        where TDelegate : Delegate
    {
        Type geometry = typeof(TDelegate).GetGenericArguments()[0];
        var method = new DynamicMethod(
            $"Launch{_kernel.Method.Name}",
            returnType: null,
            [typeof(KernelLauncher), .. typeof(TDelegate).GetGenericArguments()],
            typeof(KernelLauncher).Module,
            skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, MethodOf(nameof(Begin)));
        il.BeginExceptionBlock();
        for (int i = 0; i < _parameters.Length; i++)
        {
            Type type = _parameters[i].ParameterType;
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, (short)(i + 2));
            il.Emit(
                OpCodes.Call,
                IsView(type)
                    ? MethodOf(nameof(SetView)).MakeGenericMethod(type.GetGenericArguments())
                    : MethodOf(nameof(SetValue)).MakeGenericMethod(type));
        }
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, MethodOf("Launch" + geometry.Name));
        il.BeginFinallyBlock();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, MethodOf(nameof(End)));
        il.EndExceptionBlock();
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<TDelegate>(this);
    }

    // A cl_kernel holds the arguments that were set last: one launch at a time.
    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_accelerator.IsDisposed, _accelerator);
        Monitor.Enter(_kernel);
    }

    private void End()
    {
        for (int i = 0; i < _arguments.Length; i++)
            _arguments[i].Buffer = null;
        Monitor.Exit(_kernel);
    }

    private void SetView<T>(int index, ArrayView<T> view)
        where T : unmanaged
    {
        if (view.Buffer is null)
            throw new ArgumentException($"{Describe(index)} is a view without a buffer.");
        if (view.Buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                nameof(MemoryBuffer), $"{Describe(index)} is a view of a disposed buffer.");
        }
        if (view.Buffer.Accelerator != _accelerator)
            throw new ArgumentException($"{Describe(index)} is a view of another accelerator's buffer.");
        ref Argument argument = ref _arguments[index];
        argument.Buffer = (CLMemoryBuffer)view.Buffer;
        argument.ViewOffset = view.Index;
        argument.ViewLength = view.Length;
        argument.ViewElementSize = Unsafe.SizeOf<T>();
    }

    private void SetValue<T>(int index, T value)
        where T : unmanaged =>
        Unsafe.WriteUnaligned(ref _values[_arguments[index].ValueOffset], value);

    private void LaunchKernelConfig(KernelConfig config)
    {
        Index3D group = config.GroupDim;
        if (!config.IsValid)
            throw new ArgumentException($"The kernel {Name} was launched with no groups or with no threads.");
        if (group.Y != 1 || group.Z != 1)
        {
            throw new ArgumentException(
                $"Groups of {group.X} × {group.Y} × {group.Z} threads for the kernel {Name}: groups are " +
                "one-dimensional, because a kernel knows its thread's index along X only.");
        }
        if (group.X > _maxGroupSize)
        {
            throw new ArgumentException(
                $"The kernel {Name} was launched with groups of {group.X} threads; " +
                $"at most {_maxGroupSize} are possible.");
        }
        Index3D grid = config.GridDim;
        nint kernel = BindArguments(firstArgument: 0);
        Enqueue(
            kernel,
            ((nuint)grid.X * (nuint)group.X, (nuint)grid.Y, (nuint)grid.Z),
            ((nuint)group.X, 1, 1));
    }

    private void LaunchIndex1D(Index1D extent) => LaunchImplicit(extent.X, 1, 1, dimensions: 1);

    private void LaunchIndex2D(Index2D extent) => LaunchImplicit(extent.X, extent.Y, 1, dimensions: 2);

    private void LaunchIndex3D(Index3D extent) => LaunchImplicit(extent.X, extent.Y, extent.Z, dimensions: 3);

    private void LaunchImplicit(int x, int y, int z, uint dimensions)
    {
        if (x < 0 || y < 0 || z < 0)
            throw new ArgumentException($"The kernel {Name} was launched with a negative extent.");
        if (x == 0 || y == 0 || z == 0)
            return;
        nint kernel = BindArguments(firstArgument: dimensions);
        int* extents = stackalloc[] { x, y, z };
        for (uint i = 0; i < dimensions; i++)
            SetArgument(kernel, i, sizeof(int), &extents[i]);
        // The last group may reach beyond the extent: the kernel checks its index.
        nuint group = (nuint)Math.Min(ImplicitGroupSize, _accelerator.MaxNumThreadsPerGroup);
        Enqueue(kernel, (((nuint)x + group - 1) / group * group, (nuint)y, (nuint)z), (group, 1, 1));
    }

    private nint BindArguments(uint firstArgument)
    {
        nint kernel = _kernel.Handle(ViewsOverlap());
        uint index = firstArgument;
        fixed (byte* values = _values)
        {
            for (int i = 0; i < _arguments.Length; i++)
            {
                ref Argument argument = ref _arguments[i];
                if (argument.Buffer is not null)
                {
                    nint memory = argument.Buffer.Handle;
                    long offset = argument.ViewOffset, length = argument.ViewLength;
                    SetArgument(kernel, index++, (nuint)sizeof(nint), &memory);
                    SetArgument(kernel, index++, sizeof(long), &offset);
                    SetArgument(kernel, index++, sizeof(long), &length);
                }
                else
                {
                    SetArgument(kernel, index++, (nuint)argument.ValueSize, values + argument.ValueOffset);
                }
            }
        }
        return kernel;
    }

    private bool ViewsOverlap()
    {
        for (int i = 1; i < _arguments.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (_arguments[i].Overlaps(_arguments[j]))
                    return true;
            }
        }
        return false;
    }

    private void Enqueue(nint kernel, (nuint X, nuint Y, nuint Z) global, (nuint X, nuint Y, nuint Z) local)
    {
        nuint* globalSize = stackalloc[] { global.X, global.Y, global.Z };
        nuint* localSize = stackalloc[] { local.X, local.Y, local.Z };
        CLError error = OpenCLLibrary.EnqueueNDRangeKernel(
            _accelerator.Queue, kernel, 3, null, globalSize, localSize, 0, null, null);
        CLException.ThrowIfFailed(error, $"launch the kernel {Name}");
    }

    private void SetArgument(nint kernel, uint index, nuint size, void* value)
    {
        CLError error = OpenCLLibrary.SetKernelArg(kernel, index, size, value);
        CLException.ThrowIfFailed(error, $"set argument {index} ({size} bytes) of the kernel {Name}");
    }

    private string Name => _kernel.Method.Name;

    private string Describe(int index) => $"Argument '{_parameters[index].Name}' of the kernel {Name}";

    private static bool IsView(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);

    private static int SizeOf(Type type) =>
        (int)MethodOf(nameof(SizeOfValue)).MakeGenericMethod(type).Invoke(null, null)!;

    private static int SizeOfValue<T>() => Unsafe.SizeOf<T>();

    private static MethodInfo MethodOf(string name) =>
        typeof(KernelLauncher).GetMethod(
            name, BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)!;

    /// <summary>What was handed over for a parameter; a value's bytes lie in a block apart.</summary>
    private struct Argument
    {
        internal CLMemoryBuffer? Buffer;
        internal long ViewOffset;
        internal long ViewLength;
        internal int ViewElementSize;
        internal int ValueOffset;
        internal int ValueSize;

        internal readonly bool Overlaps(in Argument other) =>
            Buffer is not null && Buffer == other.Buffer &&
            ViewOffset * ViewElementSize < (other.ViewOffset + other.ViewLength) * other.ViewElementSize &&
            other.ViewOffset * other.ViewElementSize < (ViewOffset + ViewLength) * ViewElementSize;
    }
}
