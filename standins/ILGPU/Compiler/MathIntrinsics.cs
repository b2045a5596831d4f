using System.Reflection;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>.NET's and ILGPU's math functions as OpenCL built-ins.</summary>
internal static class MathIntrinsics
{
    private static readonly HashSet<string> Types =
    [
        "System.Math", "System.MathF", "System.Single", "System.Double", "ILGPU.IntrinsicMath",
        "ILGPU.Algorithms.XMath",
    ];

    /// <summary>Functions of floats (by .NET's name) whose built-in means the same.</summary>
    private static readonly Dictionary<string, string> Functions = new()
    {
        ["Sqrt"] = "sqrt",
        ["Rsqrt"] = "rsqrt",
        ["Cbrt"] = "cbrt",
        ["Exp"] = "exp",
        ["Exp2"] = "exp2",
        ["Log"] = "log",
        ["Log2"] = "log2",
        ["Log10"] = "log10",
        ["Pow"] = "pow",
        ["Sin"] = "sin",
        ["Cos"] = "cos",
        ["Tan"] = "tan",
        ["Asin"] = "asin",
        ["Acos"] = "acos",
        ["Atan"] = "atan",
        ["Atan2"] = "atan2",
        ["Sinh"] = "sinh",
        ["Cosh"] = "cosh",
        ["Tanh"] = "tanh",
        ["Floor"] = "floor",
        ["Ceiling"] = "ceil",
        ["Truncate"] = "trunc",
        ["Round"] = "rint",
        ["FusedMultiplyAdd"] = "fma",
        ["CopySign"] = "copysign",
        ["Abs"] = "fabs",
        ["IsNaN"] = "isnan",
        ["IsInfinity"] = "isinf",
        ["IsFinite"] = "isfinite",
    };

    /// <summary>The function's counterpart, or null if it has none.</summary>
    internal static CExpression? Emit(
        FunctionEmitter emitter, Expression node, MethodInfo method, List<CExpression> arguments)
    {
        if (!IsMath(method) || arguments.Count == 0)
        {
            return null;
        }
        Type type = method.GetParameters()[0].ParameterType;
        string typeName = emitter.TypeName(type, node);
        if (Arithmetic.IsFloat(type))
        {
            return FloatFunction(emitter, method, typeName) is { } function
                ? Intrinsics.BuiltIn(function, method.ReturnType, method, arguments)
                : null;
        }
        switch (method.Name)
        {
            case "Min" or "Max" or "Clamp":
                return Intrinsics.BuiltIn(method.Name.ToLowerInvariant(), type, method, arguments);
            case "Abs":
                CExpression absolute = Intrinsics.BuiltIn("abs", type, method, arguments);
                return absolute with { Text = $"({typeName}){absolute.Text}", Precedence = Precedence.Unary };
            default:
                return null;
        }
    }

    /// <summary>A float function applied to each component, or null if it has no counterpart.</summary>
    internal static CExpression? EmitVector(
        FunctionEmitter emitter, MethodInfo method, Type vector, List<CExpression> arguments) =>
        IsMath(method) && arguments.Count > 0 && method.ReturnType == typeof(float)
            && FloatFunction(emitter, method, $"float{StructTypes.VectorWidth(vector)}") is { } function
            ? new CExpression(
                $"{function}({string.Join(", ", arguments.Select(argument => argument.At(Precedence.Assignment)))})",
                Precedence.Primary,
                new CType(vector))
            : null;

    private static bool IsMath(MethodInfo method) =>
        Types.Contains($"{method.DeclaringType!.Namespace}.{method.DeclaringType.Name}");

    /// <summary>The name of the built-in, or of a function of ours that is added to the program.</summary>
    private static string? FloatFunction(FunctionEmitter emitter, MethodInfo method, string typeName)
    {
        switch (method.Name)
        {
            // As in C#, a NaN argument gives NaN, which the built-ins fmin and fmax would hide.
            case "Min":
                return Helper("min", "a, b", "((a < b) | (a != a)) ? a : b");
            case "Max":
                return Helper("max", "a, b", "((a > b) | (a != a)) ? a : b");
            case "Clamp":
                return Helper("clamp", "x, low, high", "x < low ? low : (x > high ? high : x)");
            default:
                bool isUniform = method.GetParameters()
                    .All(p => p.ParameterType == method.GetParameters()[0].ParameterType);
                return isUniform && Functions.TryGetValue(method.Name, out string? function) ? function : null;
        }

        string Helper(string function, string parameters, string result)
        {
            string name = $"{function}_{typeName}";
            string signature = string.Join(", ", parameters.Split(", ").Select(parameter => $"{typeName} {parameter}"));
            emitter.RequireHelper(name, $"{typeName} {name}({signature})\n{{\n    return {result};\n}}\n\n");
            return name;
        }
    }
}
