using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;
using ICSharpCode.Decompiler;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.CSharp.Transforms;
using ICSharpCode.Decompiler.IL;
using ICSharpCode.Decompiler.IL.Transforms;
using ICSharpCode.Decompiler.Metadata;

namespace ILGPU.Compiler;

/// <summary>A method's body as a C# syntax tree.</summary>
/// <param name="Body">Its statements, each expression annotated with what it resolves to.</param>
/// <param name="Function">Parameters and variables.</param>
/// <param name="Symbols">Where its lines are.</param>
internal sealed record DecompiledMethod(BlockStatement Body, ILFunction Function, DebugSymbols Symbols);

/// <summary>Turns the IL of one assembly's methods back into syntax trees.</summary>
internal sealed class AssemblyDecompiler
{
    /// <summary>The passes over the syntax tree that form for loops, declare variables and find += and ++.</summary>
    private static readonly string[] NeededTransforms =
        ["PatternStatementTransform", "DeclareVariables", "PrettifyAssignments"];

    private static readonly ConcurrentDictionary<Assembly, AssemblyDecompiler> Instances = new();

    private readonly CSharpDecompiler _decompiler;
    private readonly DebugSymbols _symbols;
    private readonly Dictionary<int, DecompiledMethod?> _methods = [];

    private AssemblyDecompiler(Assembly assembly)
    {
        PEFile file = new(assembly.Location, PEStreamOptions.PrefetchEntireImage);
        _symbols = DebugSymbols.Beside(assembly.Location, file.Reader);
        _decompiler = new CSharpDecompiler(file, new LoadedAssemblyResolver(assembly), Settings())
        {
            DebugInfoProvider = _symbols,
        };
        _decompiler.ILTransforms.Insert(0, new NegationTransform());
        foreach (IAstTransform transform in _decompiler.AstTransforms.ToArray())
        {
            if (!NeededTransforms.Contains(transform.GetType().Name))
                _decompiler.AstTransforms.Remove(transform);
        }
    }

    /// <summary>The body of <paramref name="method"/>, or null if it has none that could be read.</summary>
    /// <remarks>Not safe for concurrent use: <see cref="KernelCompiler"/> holds a lock.</remarks>
    internal static DecompiledMethod? Decompile(MethodBase method) =>
        Instances.GetOrAdd(method.Module.Assembly, assembly => new AssemblyDecompiler(assembly))
            .Read(method.MetadataToken);

    private DecompiledMethod? Read(int token)
    {
        if (!_methods.TryGetValue(token, out DecompiledMethod? method))
        {
            int failures = _decompiler.Errors.Count;
            SyntaxTree tree = _decompiler.Decompile(MetadataTokens.EntityHandle(token));
            EntityDeclaration? declaration =
                tree.Descendants.OfType<EntityDeclaration>()
                    .FirstOrDefault(d => d.Annotation<ILFunction>() is not null);
            BlockStatement? body = declaration?.Descendants.OfType<BlockStatement>().FirstOrDefault();
            method = body is null || _decompiler.Errors.Count > failures
                ? null
                : new DecompiledMethod(body, declaration!.Annotation<ILFunction>()!, _symbols);
            _methods.Add(token, method);
        }
        return method;
    }

    /// <summary>As little of C#'s sugar as possible: the emitter knows the plain constructs.</summary>
    private static DecompilerSettings Settings() => new()
    {
        AlwaysQualifyMemberReferences = true,
        ArrayInitializers = true,
        AutomaticProperties = false,
        Deconstruction = false,
        DefaultLiterals = false,
        Discards = false,
        ExtensionMethods = false,
        GetterOnlyAutomaticProperties = false,
        InlineArrays = false,
        // Within expressions they would say when a variable changes, which C leaves open.
        IntroduceIncrementAndDecrement = false,
        LiftNullables = false,
        LocalFunctions = false,
        NamedArguments = false,
        NullPropagation = false,
        ObjectOrCollectionInitializers = false,
        OptionalArguments = false,
        OutVariables = false,
        PatternMatching = false,
        Ranges = false,
        RecordStructs = false,
        ShowXmlDocumentation = false,
        StackAllocInitializers = false,
        SwitchExpressions = false,
        TupleComparisons = false,
        TupleConversions = false,
        TupleTypes = false,
        UnsignedRightShift = false,
        UsePrimaryConstructorSyntax = false,
        UsePrimaryConstructorSyntaxForNonRecordTypes = false,
        UsingDeclarations = false,
        WithExpressions = false,
    };

    /// <summary>Finds references where the running program found them.</summary>
    private sealed class LoadedAssemblyResolver(Assembly root) : IAssemblyResolver
    {
        private static readonly ConcurrentDictionary<string, PEFile> Files = new();

        public MetadataFile? Resolve(IAssemblyReference reference)
        {
            try
            {
                AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(root) ?? AssemblyLoadContext.Default;
                string path = context.LoadFromAssemblyName(new AssemblyName(reference.FullName)).Location;
                return path.Length == 0 ? null : Files.GetOrAdd(path, p => new PEFile(p));
            }
            catch (IOException)
            {
                // An assembly that the program itself never needed. A kernel that does need it is refused later.
                return null;
            }
        }

        public MetadataFile? ResolveModule(MetadataFile mainModule, string moduleName) => null;

        public IDisposable? BeginSnapshot() => null;

        public Task<MetadataFile?> ResolveAsync(IAssemblyReference reference) => Task.FromResult(Resolve(reference));

        public Task<MetadataFile?> ResolveModuleAsync(MetadataFile mainModule, string moduleName) =>
            Task.FromResult<MetadataFile?>(null);
    }

    /// <summary>
    /// The decompiler reads IL's <c>neg</c> of a float as 0 − x, which has the wrong sign for x = 0. −0 − x is −x for
    /// every x. A subtraction that stood in the IL has an IL range on its zero; the decompiler's own zero has none.
    /// </summary>
    private sealed class NegationTransform : IILTransform
    {
        public void Run(ILFunction function, ILTransformContext context)
        {
            foreach (ILInstruction instruction in function.Descendants.ToList())
            {
                if (instruction is BinaryNumericInstruction
                    {
                        Operator: BinaryNumericOperator.Sub, Left.ILRangeIsEmpty: true,
                    } subtraction)
                {
                    subtraction.Left = subtraction.Left switch
                    {
                        LdcF4 { Value: 0 } => new LdcF4(-0f),
                        LdcF8 { Value: 0 } => new LdcF8(-0d),
                        ILInstruction other => other,
                    };
                }
            }
        }
    }
}
