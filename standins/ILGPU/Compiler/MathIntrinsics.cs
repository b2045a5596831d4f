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

    /// <summary>
    /// Functions of floats (by .NET's name), the built-ins that ILGPU compiles them to and how many floats they take.
    /// </summary>
    /// <remarks>
    /// Of a number and NaN, <c>fmin</c> and <c>fmax</c> (and PTX's <c>min</c> and <c>max</c>) give the number, where
    /// .NET gives NaN: on a device, ILGPU's Min and Max do not keep NaN.
    /// </remarks>
    private static readonly Dictionary<string, (string Name, int Arity)> Functions = new()
    {
        ["Sqrt"] = ("sqrt", 1),
        ["Rsqrt"] = ("rsqrt", 1),
        ["Cbrt"] = ("cbrt", 1),
        ["Exp"] = ("exp", 1),
        ["Exp2"] = ("exp2", 1),
        ["Log"] = ("log", 1),
        ["Log2"] = ("log2", 1),
        ["Log10"] = ("log10", 1),
        ["Pow"] = ("pow", 2),
        ["Sin"] = ("sin", 1),
        ["Cos"] = ("cos", 1),
        ["Tan"] = ("tan", 1),
        ["Asin"] = ("asin", 1),
        ["Acos"] = ("acos", 1),
        ["Atan"] = ("atan", 1),
        ["Atan2"] = ("atan2", 2),
        ["Sinh"] = ("sinh", 1),
        ["Cosh"] = ("cosh", 1),
        ["Tanh"] = ("tanh", 1),
        ["Floor"] = ("floor", 1),
        ["Ceiling"] = ("ceil", 1),
        ["Truncate"] = ("trunc", 1),
        ["Round"] = ("rint", 1),
        ["FusedMultiplyAdd"] = ("fma", 3),
        ["CopySign"] = ("copysign", 2),
        ["Abs"] = ("fabs", 1),
        ["Min"] = ("fmin", 2),
        ["Max"] = ("fmax", 2),
        ["IsNaN"] = ("isnan", 1),
        ["IsInfinity"] = ("isinf", 1),
        ["IsFinite"] = ("isfinite", 1),
    };

    /// <summary>The function's counterpart, or null if it has none.</summary>
    internal static CExpression? Emit(
        FunctionEmitter emitter, Expression node, MethodInfo method, List<CExpression> arguments)
    {
        if (!IsMath(method) || arguments.Count == 0)
            return null;
        Type type = method.GetParameters()[0].ParameterType;
        if (Arithmetic.IsFloat(type))
        {
            return FloatCall(
                method, arguments,
                (function, values) => Intrinsics.BuiltIn(function, method.ReturnType, method, values));
        }
        switch (method.Name)
        {
            case "Min" or "Max" or "Clamp":
                return Intrinsics.BuiltIn(method.Name.ToLowerInvariant(), type, method, arguments);
            case "Abs":
                CExpression absolute = Intrinsics.BuiltIn("abs", type, method, arguments);
                return absolute with
                {
                    Text = $"({emitter.TypeName(type, node)}){absolute.Text}",
                    Precedence = Precedence.Unary,
                };
            default:
                return null;
        }
    }

    /// <summary>A float function applied to each component, or null if it has no counterpart.</summary>
    internal static CExpression? EmitVector(MethodInfo method, Type vector, List<CExpression> arguments) =>
        IsMath(method) && arguments.Count > 0 && method.ReturnType == typeof(float)
            ? FloatCall(method, arguments, (function, values) => new CExpression(
                $"{function}({string.Join(", ", values.Select(value => value.At(Precedence.Assignment)))})",
                Precedence.Primary,
                new CType(vector)))
            : null;

    private static bool IsMath(MethodInfo method) =>
        Types.Contains($"{method.DeclaringType!.Namespace}.{method.DeclaringType.Name}");

    /// <summary>The function by <paramref name="call"/>s of built-ins, or null if it has no counterpart.</summary>
    private static CExpression? FloatCall(
        MethodInfo method, List<CExpression> arguments, Func<string, List<CExpression>, CExpression> call)
    {
        if (method.Name == "Clamp")
        {
            // ILGPU's definition, by which NaN becomes the upper limit.
            return call("fmax", [call("fmin", [arguments[0], arguments[2]]), arguments[1]]);
        }
        bool isUniform = method.GetParameters()
            .All(p => p.ParameterType == method.GetParameters()[0].ParameterType);
        return isUniform && Functions.TryGetValue(method.Name, out (string Name, int Arity) function)
            && function.Arity == arguments.Count
            ? call(function.Name, arguments)
            : null;
    }
}
