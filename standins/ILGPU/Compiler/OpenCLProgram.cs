using System.Reflection;
using System.Text;

namespace ILGPU.Compiler;

/// <summary>Shared memory that a function needs; OpenCL 1.2 lets only the kernel itself declare it.</summary>
/// <param name="Name">Its variable or parameter.</param>
/// <param name="ElementType">Type of its elements.</param>
/// <param name="Length">Number of elements.</param>
internal sealed record SharedArray(string Name, Type ElementType, int Length);

/// <summary>A method as it was emitted for certain argument types.</summary>
/// <param name="Name">The C function.</param>
/// <param name="ReturnType">What it returns.</param>
/// <param name="SharedArrays">Shared memory that its caller passes to it, behind the arguments.</param>
/// <param name="IsPure">Whether it only computes its result.</param>
/// <param name="HasLoops">Whether it, or a function that it calls, has loops.</param>
internal sealed record EmittedFunction(
    string Name, CType ReturnType, IReadOnlyList<SharedArray> SharedArrays, bool IsPure, bool HasLoops);

/// <summary>The OpenCL C program of one kernel: the types and functions that it reaches.</summary>
internal sealed class OpenCLProgram
{
    private readonly MethodInfo _kernel;
    private readonly NameScope _names = new();
    private readonly Dictionary<string, EmittedFunction> _functions = [];
    private readonly HashSet<string> _inProgress = [];
    private readonly HashSet<MethodBase> _inlining = [];
    private readonly List<(string Name, string Text)> _texts = [];
    private readonly HashSet<BakedConstant> _constants = [];

    private OpenCLProgram(MethodInfo kernel)
    {
        _kernel = kernel;
        Types = new TypeMapper(_names);
    }

    /// <summary>The names of a function that is to be part of the program.</summary>
    internal NameScope FunctionNames() => new(_names);

    /// <summary>Names and declarations of types.</summary>
    internal TypeMapper Types { get; }

    /// <summary>The kernel, for messages.</summary>
    internal MethodInfo Kernel => _kernel;

    /// <summary>Emits a kernel with all that it needs.</summary>
    internal static CompiledKernel Emit(
        MethodInfo kernel, KernelIndexKind indexKind, bool viewsMayAlias, IReadOnlyList<KernelParameter> parameters)
    {
        OpenCLProgram program = new(kernel);
        string name = program._names.Unique(CNames.Of(kernel.Name));
        string body = new FunctionEmitter(program, kernel).EmitKernel(name, indexKind, viewsMayAlias);
        StringBuilder source = new();
        if (program.Types.UsesDouble)
            source.Append("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
        source.Append("#pragma OPENCL FP_CONTRACT ON\n\n");
        source.Append(program.Types.Declarations);
        foreach (string function in program.ReachableFunctions(body))
            source.Append(function);
        source.Append(body);
        return new CompiledKernel(name, source.ToString(), parameters, [.. program._constants]);
    }

    /// <summary>The value that a static readonly number has now.</summary>
    internal CExpression Bake(FieldInfo field)
    {
        CExpression literal = Arithmetic.Literal(field.GetValue(null)!, field.FieldType);
        _constants.Add(new BakedConstant(field, literal.Text));
        return literal;
    }

    /// <summary>
    /// The function that a method becomes for arguments of the given types; emits it at its first use.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">
    /// Types of its parameters, <c>this</c> first: for a reference (or <c>this</c>) passed by value, the value's type.
    /// </param>
    /// <returns>The function, or null if the method calls itself.</returns>
    internal EmittedFunction? Require(MethodBase method, IReadOnlyList<CType> parameters)
    {
        string key = $"{method.Module.ModuleVersionId}/{method.MetadataToken:X}/{method.DeclaringType}/{method}/" +
            string.Join(',', parameters.Select(p => $"{p.Space} {p.Type}"));
        if (_functions.TryGetValue(key, out EmittedFunction? function))
            return function;
        if (!_inProgress.Add(key))
            return null;
        string name = _names.Unique(CNames.Of($"{method.DeclaringType!.Name.Split('`')[0]}_{FunctionName(method)}"));
        (string text, function) = new FunctionEmitter(this, method).EmitFunction(name, parameters);
        _inProgress.Remove(key);
        _texts.Add((name, text));
        _functions.Add(key, function);
        return function;
    }

    /// <summary>The functions in the order of their definition, without those whose every call was inlined.</summary>
    private List<string> ReachableFunctions(string kernel)
    {
        List<string> reachable = [];
        StringBuilder callers = new(kernel);
        for (int i = _texts.Count - 1; i >= 0; i--)
        {
            if (callers.ToString().Contains($"{_texts[i].Name}(", StringComparison.Ordinal))
            {
                callers.Append(_texts[i].Text);
                reachable.Insert(0, _texts[i].Text);
            }
        }
        return reachable;
    }

    /// <summary>Inlines a method, unless that is already under way.</summary>
    internal CExpression? Inlining(MethodBase method, Func<CExpression?> inline)
    {
        if (!_inlining.Add(method))
            return null;
        CExpression? result = inline();
        _inlining.Remove(method);
        return result;
    }

    private static string FunctionName(MethodBase method) =>
        method is ConstructorInfo ? "Create"
        : method.Name.StartsWith("get_", StringComparison.Ordinal)
            || method.Name.StartsWith("op_", StringComparison.Ordinal)
            ? method.Name.Split('_', 2)[1]
        : method.Name;
}
