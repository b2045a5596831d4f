using System.Reflection;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>.NET's and ILGPU's math functions as OpenCL built-ins.</summary>
internal static class MathIntrinsics
{
    private static readonly HashSet<string> Types =
    [
        "System.Math", "System.MathF", "System.Single", "System.Double", "ILGPU.IntrinsicMath", "ILGPU.Algorithms.XMath",
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
    internal static CExpression? Emit(FunctionEmitter emitter, Expression node, MethodInfo method, List<CExpression> arguments)
    {
        if (!Types.Contains($"{method.DeclaringType!.Namespace}.{method.DeclaringType.Name}") || arguments.Count == 0)
        {
            return null;
        }
        Type type = method.GetParameters()[0].ParameterType;
        string typeName = emitter.TypeName(type, node);
        bool isFloat = Arithmetic.IsFloat(type);
        switch (method.Name)
        {
            // As in C#, a NaN argument gives NaN, which the built-ins fmin and fmax would hide.
            case "Min" when isFloat:
                return Helper($"min_{typeName}", $"{typeName} a, {typeName} b", "a < b || a != a ? a : b");
            case "Max" when isFloat:
                return Helper($"max_{typeName}", $"{typeName} a, {typeName} b", "a > b || a != a ? a : b");
            case "Clamp" when isFloat:
                return Helper(
                    $"clamp_{typeName}", $"{typeName} x, {typeName} low, {typeName} high", "x < low ? low : x > high ? high : x");
            case "Min" or "Max" or "Clamp":
                return Intrinsics.BuiltIn(method.Name.ToLowerInvariant(), type, method, arguments);
            case "Abs" when !isFloat:
                CExpression absolute = Intrinsics.BuiltIn("abs", type, method, arguments);
                return absolute with { Text = $"({typeName}){absolute.Text}", Precedence = Precedence.Unary };
            default:
                bool isKnown = Functions.TryGetValue(method.Name, out string? function)
                    && method.GetParameters().All(parameter => parameter.ParameterType == type);
                return isKnown && isFloat ? Intrinsics.BuiltIn(function!, method.ReturnType, method, arguments) : null;
        }

        CExpression Helper(string name, string parameters, string result)
        {
            emitter.RequireHelper(name, $"{typeName} {name}({parameters})\n{{\n    return {result};\n}}\n\n");
            return Intrinsics.BuiltIn(name, type, method, arguments);
        }
    }
}
