using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>Methods of the ILGPU API and of .NET's math that become OpenCL built-ins.</summary>
internal static class Intrinsics
{
    private const string SelectName = "ILGPU.Util.Utilities.Select";

    private const string Barrier = "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)";

    /// <summary>Positions and sizes.</summary>
    private static readonly Dictionary<string, string> Positions = new()
    {
        ["ILGPU.Group.get_IdxX"] = "get_local_id(0)",
        ["ILGPU.Group.get_DimX"] = "get_local_size(0)",
        ["ILGPU.Grid.get_IdxX"] = "get_group_id(0)",
        ["ILGPU.Grid.get_IdxY"] = "get_group_id(1)",
        ["ILGPU.Grid.get_IdxZ"] = "get_group_id(2)",
        ["ILGPU.Grid.get_DimX"] = "get_num_groups(0)",
    };

    /// <summary>The built-in for a call, or null if the method is an ordinary one.</summary>
    /// <exception cref="InternalCompilerException">It is part of the API, but can't be done this way.</exception>
    internal static CExpression? Emit(
        FunctionEmitter emitter, Expression node, MethodBase method, CExpression? receiver, List<CExpression> arguments)
    {
        Type type = method.DeclaringType!;
        if (ArrayViews.IsView(type))
            return ViewIntrinsics.Emit(emitter, node, method, receiver, arguments);
        string name = $"{type.Namespace}.{type.Name}.{method.Name}";
        if (Positions.TryGetValue(name, out string? position))
            return new CExpression($"(int){position}", Precedence.Unary, new CType(typeof(int)));
        if (method is MethodInfo function && MathIntrinsics.Emit(emitter, node, function, arguments) is { } result)
            return result;
        switch (name)
        {
            case "ILGPU.Group.Barrier":
                return new CExpression(Barrier, Precedence.Primary, new CType(typeof(void))) { IsPure = false };
            case "ILGPU.SharedMemory.Allocate":
                return ViewIntrinsics.Shared(emitter, node, method, Length(emitter, node, arguments[0]));
            case "ILGPU.LocalMemory.Allocate":
                return ViewIntrinsics.Local(emitter, node, method, Length(emitter, node, arguments[0]));
            case SelectName:
                Type chosen = method.GetGenericArguments()[0];
                return Choose(
                    emitter,
                    node,
                    arguments[0],
                    FunctionEmitter.Converted(arguments[1], chosen),
                    FunctionEmitter.Converted(arguments[2], chosen));
            case "ILGPU.Interop.FloatAsInt":
            case "ILGPU.Interop.IntAsFloat":
                Type bits = ((MethodInfo)method).ReturnType;
                return BuiltIn($"as_{emitter.TypeName(bits, node)}", bits, method, arguments);
            case "ILGPU.Interop.SizeOf":
                Type measured = method.GetGenericArguments()[0];
                return Arithmetic.Literal(RuntimeHelpers.SizeOf(measured.TypeHandle), typeof(int));
            case "ILGPU.Atomic.Add":
                return AtomicAdd(emitter, node, arguments);
            default:
                return null;
        }
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
            throw emitter.Refuse(node, "a choice between different kinds of values or memories");
        if (!yes.IsPure || !no.IsPure)
            throw emitter.Refuse(node, $"a choice between values that change something ({node}): ILGPU computes both");
        string text =
            $"{condition.At(Precedence.Equality)} ? {yes.At(Precedence.Conditional)} : {no.At(Precedence.Conditional)}";
        return new CExpression(text, Precedence.Conditional, yes.Type)
        {
            IsPure = condition.IsPure,
        };
    }

    /// <summary>An addition to shared or global memory; its value is the old one.</summary>
    private static CExpression AtomicAdd(FunctionEmitter emitter, Expression node, List<CExpression> arguments)
    {
        AddressSpace space = arguments[0].Type.Space;
        if (space == AddressSpace.Private)
            throw emitter.Refuse(node, "an atomic operation on a local variable");
        string pointer = $"(volatile {TypeMapper.Qualifier(space)}int*){arguments[0].At(Precedence.Unary)}";
        return new CExpression(
            $"atomic_add({pointer}, {arguments[1].At(Precedence.Assignment)})",
            Precedence.Primary,
            new CType(typeof(int)))
        {
            IsPure = false,
        };
    }

    private static int Length(FunctionEmitter emitter, Expression node, CExpression length) =>
        int.TryParse(length.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw emitter.Refuse(node, $"an allocation whose length is not a positive constant ({node})");
}
