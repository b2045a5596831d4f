using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.IL;

namespace ILGPU.Compiler;

/// <summary>Emits one method as a C function: its signature, variables and shared memory.</summary>
internal sealed partial class FunctionEmitter
{
    private const char Placeholder = '\u0001';

    /// <summary>The name of <c>this</c>, which <see cref="CNames"/> gives to nothing else.</summary>
    private const string Self = "self";

    private const string InlineFunction = "static __attribute__((always_inline)) ";

    private readonly OpenCLProgram _program;
    private readonly MethodBase _method;
    private readonly ReflectionBinder _binder;
    private readonly DecompiledMethod _decompiled;
    private readonly NameScope _names;
    private readonly Dictionary<ILVariable, Variable> _variables = [];
    private readonly Dictionary<int, Variable> _parameters = [];
    private readonly List<SharedArray> _sharedArrays = [];
    private readonly StringBuilder _prologue = new();
    private readonly StringBuilder _body = new();
    private CType _returnType;
    private bool _returnSpaceKnown;
    private bool _hasSideEffects;
    private bool _hasLoops;
    private int _indentation = 1;

    internal FunctionEmitter(OpenCLProgram program, MethodBase method)
    {
        _program = program;
        _method = method;
        _names = program.FunctionNames();
        _binder = new ReflectionBinder(method);
        _returnType = new CType(method is MethodInfo info ? info.ReturnType : method.DeclaringType!);
        _decompiled = AssemblyDecompiler.Decompile(method)
            ?? throw Refuse(null, $"{KernelRestrictions.Describe(method)} has no body that could be read");
    }

    private TypeMapper Types => _program.Types;

    private bool IsConstructor => _method is ConstructorInfo;

    /// <summary>The method as a <c>__kernel</c> function.</summary>
    internal string EmitKernel(string name, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        List<string> signature = [];
        int dimensions = (int)indexKind;
        ParameterInfo[] parameters = _method.GetParameters();
        if (dimensions > 0)
            EmitIndex(parameters[0], dimensions, signature);
        for (int i = dimensions > 0 ? 1 : 0; i < parameters.Length; i++)
        {
            Variable variable = AddParameter(
                i, parameters[i].Name!, new CType(parameters[i].ParameterType, AddressSpace.Global));
            if (variable.Type.IsView)
            {
                string data = _names.Unique($"{variable.Name}Data");
                string offset = _names.Unique($"{variable.Name}Offset");
                string length = _names.Unique($"{variable.Name}Length");
                string element = TypeName(ArrayViews.ElementType(variable.Type.Type));
                signature.Add($"__global {element}* {(viewsMayAlias ? string.Empty : "restrict ")}{data}");
                signature.Add($"long {offset}");
                signature.Add($"long {length}");
                Prologue($"{TypeName(variable.Type)} {variable.Name} = {{ {data} + {offset}, {length} }};");
            }
            else
            {
                signature.Add($"{TypeName(variable.Type)} {variable.Name}");
            }
        }
        EmitBody();
        foreach (SharedArray shared in _sharedArrays)
            Prologue($"__local {TypeName(shared.ElementType)} {shared.Name}[{shared.Length}];");
        return $"__kernel void {name}(\n    {string.Join(",\n    ", signature)})\n{{\n{_prologue}{_body}}}\n";
    }

    /// <summary>The method as a function for arguments of the given types, <c>this</c> first.</summary>
    internal (string Text, EmittedFunction Function) EmitFunction(string name, IReadOnlyList<CType> arguments)
    {
        List<string> signature = [];
        int next = 0;
        if (IsConstructor)
        {
            _parameters.Add(-1, new Variable(Self, new CType(_method.DeclaringType!)));
            Prologue($"{TypeName(_method.DeclaringType!)} {Self} = {Types.Zero(_method.DeclaringType!)};");
        }
        else if (!_method.IsStatic)
        {
            _parameters.Add(-1, new Variable(Self, arguments[next]) { IsReadOnly = StructTypes.IsReadOnly(_method) });
            signature.Add($"{TypeName(arguments[next++])} {Self}");
        }
        foreach (ParameterInfo parameter in _method.GetParameters())
        {
            Variable variable = AddParameter(
                parameter.Position, parameter.Name ?? "argument", arguments[next++], parameter.IsIn);
            signature.Add($"{TypeName(variable.Type)} {variable.Name}");
        }
        EmitBody();
        if (IsConstructor)
            Line($"return {Self};");
        signature.AddRange(_sharedArrays.Select(shared => $"__local {TypeName(shared.ElementType)}* {shared.Name}"));
        string head = $"{InlineFunction}{TypeName(_returnType)} {name}({string.Join(", ", signature)})";
        return (
            $"{head}\n{{\n{_prologue}{_body}}}\n\n",
            new EmittedFunction(name, _returnType, _sharedArrays, !_hasSideEffects, _hasLoops));
    }

    /// <summary>
    /// The index parameter from the work-item's position; work-items beyond the extent return at once.
    /// </summary>
    private void EmitIndex(ParameterInfo parameter, int dimensions, List<string> signature)
    {
        List<string> ids = [];
        List<string> outside = [];
        for (int d = 0; d < dimensions; d++)
        {
            string extent = _names.Unique($"extent{"XYZ"[d]}");
            string id = $"(int)get_global_id({d})";
            signature.Add($"int {extent}");
            ids.Add(id);
            outside.Add($"{id} >= {extent}");
        }
        Prologue($"if ({string.Join(" || ", outside)}) return;");
        Variable index = AddParameter(0, parameter.Name!, new CType(parameter.ParameterType));
        Prologue($"{TypeName(index.Type)} {index.Name} = {{ {string.Join(", ", ids)} }};");
    }

    private Variable AddParameter(int position, string name, CType type, bool isReadOnly = false)
    {
        if (!type.IsView && !type.IsReference)
            type = new CType(type.Type);
        Variable variable = new(_names.Unique(CNames.Of(name)), type) { IsReadOnly = isReadOnly };
        _parameters.Add(position, variable);
        return variable;
    }

    private Variable Lookup(ILVariable variable, AstNode node)
    {
        if (variable.Kind == VariableKind.Parameter)
        {
            return _parameters.TryGetValue(variable.Index ?? -2, out Variable? parameter)
                ? parameter
                : throw Refuse(node, $"parameter {variable.Name} of another method");
        }
        return _variables.TryGetValue(variable, out Variable? local) && local.OpenAt is null
            ? local
            : throw Refuse(node, $"variable {variable.Name}, used before it is declared or assigned");
    }

    private Variable Declare(ILVariable variable, CType type, int arrayLength = 0, string? wide = null)
    {
        if (!type.IsView && !type.IsReference)
            type = new CType(type.Type);
        string name = _names.Unique(CNames.Of(variable.Name ?? "v"));
        Variable local = new(name, type, arrayLength)
        {
            IsReadOnly = variable.IsRefReadOnly,
            Wide = wide is null ? null : new WideTwin(_names.Unique($"{name}Wide"), wide),
        };
        _variables.Add(variable, local);
        return local;
    }

    /// <summary>
    /// The declaration of a view or reference without a value: the memory that it refers to, which is a part of its
    /// type, is that of its first assignment.
    /// </summary>
    private string OpenDeclaration(ILVariable variable, Type type, AstNode declaration)
    {
        Variable open = Declare(variable, new CType(type));
        open.OpenAt = declaration;
        return OpenPlaceholder(open);
    }

    /// <summary>Settles the memory that a variable refers to, if this is its first assignment.</summary>
    private void Settle(Expression target, AddressSpace space)
    {
        if (target is IdentifierExpression name && name.GetILVariable() is { } variable
            && _variables.TryGetValue(variable, out Variable? local) && local.OpenAt is not null)
        {
            local.Type = new CType(local.Type.Type, space);
            _body.Replace(OpenPlaceholder(local), $"{TypeName(local.Type, local.OpenAt)} {local.Name}");
            local.OpenAt = null;
        }
    }

    private static string OpenPlaceholder(Variable variable) => $"{Placeholder}{variable.Name}{Placeholder}";

    /// <summary>Shared memory under a name that nothing else in this function has.</summary>
    internal SharedArray AddSharedArray(Type elementType, int length)
    {
        SharedArray shared = new(_names.Unique("shared"), elementType, length);
        _sharedArrays.Add(shared);
        return shared;
    }

    /// <summary>A private array under a name that nothing else in this function has.</summary>
    internal string AddPrivateArray(Type elementType, int length)
    {
        string name = _names.Unique("array");
        Prologue($"{TypeName(elementType)} {name}[{length}];");
        return name;
    }

    /// <summary>The C name of a type; a type that has none is refused at <paramref name="node"/>.</summary>
    internal string TypeName(CType type, AstNode? node = null)
    {
        try
        {
            return Types.Name(type);
        }
        catch (UnsupportedTypeException e)
        {
            throw Refuse(node, e.Message);
        }
    }

    internal string TypeName(Type type, AstNode? node = null) => TypeName(new CType(type), node);

    /// <summary>The error for a construct, with the line of the nearest statement.</summary>
    internal InternalCompilerException Refuse(AstNode? node, string construct)
    {
        string? location = null;
        for (AstNode? at = node; at is not null && location is null; at = at.Parent)
        {
            location = at.Annotations.OfType<ILInstruction>()
                .Where(instruction => !instruction.ILRangeIsEmpty)
                .Select(instruction => _decompiled.Symbols.Locate(_method.MetadataToken, instruction.StartILOffset))
                .FirstOrDefault();
        }
        location ??= _decompiled?.Symbols.Locate(_method.MetadataToken, 0);
        return KernelRestrictions.Refusal(_program.Kernel, _method, construct, location);
    }

    private void EmitBody()
    {
        Emit(_decompiled.Body.Statements);
        if (_variables.Values.FirstOrDefault(variable => variable.OpenAt is not null) is { } open)
            throw Refuse(open.OpenAt, $"variable {open.Name}, which is never assigned");
        PlaceTwins();
    }

    /// <summary>Declares those twins that were used, the last first: twins are defined by earlier ones.</summary>
    private void PlaceTwins()
    {
        foreach (WideTwin twin in _variables.Values.Select(variable => variable.Wide).OfType<WideTwin>().Reverse())
        {
            string body = _body.ToString();
            string placeholder = $"{Placeholder}{twin.Name}";
            int at = body.IndexOf(placeholder, StringComparison.Ordinal);
            bool isUsed = Regex.IsMatch(body, $@"(?<!{Placeholder})\b{twin.Name}\b");
            int start = isUsed ? at : body.LastIndexOf('\n', at) + 1;
            int end = at + placeholder.Length + (isUsed ? 0 : 1);
            _body.Remove(start, end - start)
                .Insert(start, isUsed ? $"long {twin.Name} = {twin.Definition};" : string.Empty);
        }
    }

    private void Prologue(string text) => _prologue.Append("    ").Append(text).Append('\n');

    private void Line(string text) => _body.Append(' ', 4 * _indentation).Append(text).Append('\n');

    /// <summary>A parameter or local in C.</summary>
    /// <param name="Name">Its identifier.</param>
    /// <param name="Type">Its type; a reference is a pointer in C.</param>
    /// <param name="ArrayLength">For arrays, which can't change their length.</param>
    private sealed record Variable(string Name, CType Type, int ArrayLength = 0)
    {
        internal CType Type { get; set; } = Type;

        /// <summary>Where it was declared, as long as nothing tells the memory that it refers to.</summary>
        internal AstNode? OpenAt { get; set; }

        /// <summary>The argument that stands for a parameter where a method is inlined.</summary>
        internal CExpression? Value { get; init; }

        /// <summary>Whether it is, or refers to, something that may not be changed.</summary>
        internal bool IsReadOnly { get; init; }

        /// <summary>How often it was read or written.</summary>
        internal int Uses { get; set; }

        /// <summary>Its twin as a long, for an int that is a sum or product and never changes.</summary>
        internal WideTwin? Wide { get; init; }
    }

    /// <summary>
    /// An index as a long, so that compilers need not mind its overflow as an int (see <see
    /// cref="CExpression.Wide"/>).
    /// </summary>
    /// <param name="Name">Its identifier.</param>
    /// <param name="Definition">Its value.</param>
    private sealed record WideTwin(string Name, string Definition);
}
