using System.Globalization;
using System.Reflection;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>Methods of the ILGPU API and of .NET's math that become OpenCL built-ins.</summary>
internal static class Intrinsics
{
    private const string SelectName = "ILGPU.Util.Utilities.Select";

    private const string Barrier = "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)";

    /// <summary>Positions and sizes: type, member, built-in.</summary>
    private static readonly Dictionary<string, string> Positions = new()
    {
        ["ILGPU.Group.get_IdxX"] = "get_local_id(0)",
        ["ILGPU.Group.get_IdxY"] = "get_local_id(1)",
        ["ILGPU.Group.get_IdxZ"] = "get_local_id(2)",
        ["ILGPU.Group.get_DimX"] = "get_local_size(0)",
        ["ILGPU.Group.get_DimY"] = "get_local_size(1)",
        ["ILGPU.Group.get_DimZ"] = "get_local_size(2)",
        ["ILGPU.Grid.get_IdxX"] = "get_group_id(0)",
        ["ILGPU.Grid.get_IdxY"] = "get_group_id(1)",
        ["ILGPU.Grid.get_IdxZ"] = "get_group_id(2)",
        ["ILGPU.Grid.get_DimX"] = "get_num_groups(0)",
        ["ILGPU.Grid.get_DimY"] = "get_num_groups(1)",
        ["ILGPU.Grid.get_DimZ"] = "get_num_groups(2)",
    };

    /// <summary>Atomic operations, which return the old value.</summary>
    private static readonly Dictionary<string, string> Atomics = new()
    {
        ["Add"] = "atomic_add",
        ["Min"] = "atomic_min",
        ["Max"] = "atomic_max",
        ["And"] = "atomic_and",
        ["Or"] = "atomic_or",
        ["Xor"] = "atomic_xor",
        ["Exchange"] = "atomic_xchg",
        ["CompareExchange"] = "atomic_cmpxchg",
    };

    /// <summary>The built-in for a call, or null if the method is an ordinary one.</summary>
    /// <exception cref="InternalCompilerException">It is part of the API, but can't be done this way.</exception>
    internal static CExpression? Emit(
        FunctionEmitter emitter, Expression node, MethodBase method, CExpression? receiver, List<CExpression> arguments)
    {
        Type type = method.DeclaringType!;
        if (ArrayViews.IsView(type))
        {
            return ViewIntrinsics.Emit(emitter, node, method, receiver, arguments);
        }
        string name = $"{type.Namespace}.{type.Name}.{method.Name}";
        if (Positions.TryGetValue(name, out string? position))
        {
            return new CExpression($"(int){position}", Precedence.Unary, new CType(typeof(int)));
        }
        if (method is MethodInfo function && MathIntrinsics.Emit(emitter, node, function, arguments) is { } result)
        {
            return result;
        }
        switch (name)
        {
            case "ILGPU.Group.Barrier":
                return new CExpression(Barrier, Precedence.Primary, new CType(typeof(void))) { IsPure = false };
            case "ILGPU.SharedMemory.Allocate":
                return ViewIntrinsics.Shared(emitter, node, method, Length(emitter, node, arguments[0]));
            case "ILGPU.LocalMemory.Allocate":
                return ViewIntrinsics.Local(emitter, node, method, Length(emitter, node, arguments[0]));
            case SelectName:
                return Choose(emitter, node, arguments[0], arguments[1], arguments[2]);
            case "ILGPU.Interop.FloatAsInt":
            case "ILGPU.Interop.IntAsFloat":
            case "System.BitConverter.SingleToInt32Bits":
            case "System.BitConverter.SingleToUInt32Bits":
            case "System.BitConverter.Int32BitsToSingle":
            case "System.BitConverter.UInt32BitsToSingle":
            case "System.BitConverter.DoubleToInt64Bits":
            case "System.BitConverter.Int64BitsToDouble":
                Type bits = ((MethodInfo)method).ReturnType;
                return BuiltIn($"as_{emitter.TypeName(bits, node)}", bits, method, arguments);
            case "ILGPU.Interop.SizeOf":
                return Arithmetic.Literal(StructTypes.Layout(method.GetGenericArguments()[0]).Size, typeof(int));
        }
        if (type.Namespace == "ILGPU" && type.Name == "Atomic")
        {
            return AtomicFunction(emitter, node, (MethodInfo)method, arguments);
        }
        return null;
    }

    /// <summary>Whether the method is <see cref="ILGPU.Util.Utilities"/>'s choice between two values.</summary>
    internal static bool IsSelect(MethodInfo method) =>
        $"{method.DeclaringType!.Namespace}.{method.DeclaringType.Name}.{method.Name}" == SelectName;

    /// <summary>A call of a built-in whose parameters are those of a managed method.</summary>
    /// <remarks>Built-ins are overloaded, so each argument gets exactly its parameter's type.</remarks>
    internal static CExpression BuiltIn(string name, Type result, MethodBase method, List<CExpression> arguments)
    {
        IEnumerable<string> values = method.GetParameters().Zip(arguments, (parameter, argument) =>
            (parameter.ParameterType.IsPrimitive ? Arithmetic.Cast(argument, parameter.ParameterType) : argument)
                .At(Precedence.Assignment));
        return new CExpression($"{name}({string.Join(", ", values)})", Precedence.Primary, new CType(result))
        {
            IsPure = arguments.TrueForAll(argument => argument.IsPure),
        };
    }

    private static CExpression Choose(
        FunctionEmitter emitter, Expression node, CExpression condition, CExpression yes, CExpression no)
    {
        if (yes.Type != no.Type)
        {
            throw emitter.Refuse(node, "a choice between different kinds of values or memories");
        }
        string text = $"{condition.At(Precedence.Equality)} ? {yes.At(Precedence.Conditional)} : {no.At(Precedence.Conditional)}";
        return new CExpression(text, Precedence.Conditional, yes.Type)
        {
            IsPure = condition.IsPure && yes.IsPure && no.IsPure,
        };
    }

    private static CExpression AtomicFunction(
        FunctionEmitter emitter, Expression node, MethodInfo method, List<CExpression> arguments)
    {
        Type type = method.GetParameters()[0].ParameterType.GetElementType()!;
        if ((type != typeof(int) && type != typeof(uint)) || !Atomics.TryGetValue(method.Name, out string? function))
        {
            throw emitter.Refuse(node, $"Atomic.{method.Name} on {type.Name}; atomic operations work on int and uint");
        }
        if (arguments[0].Type.Space == AddressSpace.Private)
        {
            throw emitter.Refuse(node, "an atomic operation on a local variable");
        }
        string pointer = $"(volatile {TypeMapper.Qualifier(arguments[0].Type.Space)}{emitter.TypeName(type)}*){arguments[0].At(Precedence.Unary)}";
        IEnumerable<string> values = arguments.Skip(1).Select(argument => argument.At(Precedence.Assignment));
        return new CExpression($"{function}({string.Join(", ", values.Prepend(pointer))})", Precedence.Primary, new CType(type))
        {
            IsPure = false,
        };
    }

    private static int Length(FunctionEmitter emitter, Expression node, CExpression length) =>
        int.TryParse(length.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw emitter.Refuse(node, $"an allocation whose length is not a positive constant ({node})");
}
