using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;

namespace ILGPU.Compiler;

/// <summary>Compiles a kernel's IL, and that of every method it calls, to OpenCL C 1.2 at run time.</summary>
/// <remarks>
/// IL → C# syntax tree with resolved symbols (<see cref="AssemblyDecompiler"/>) → OpenCL C
/// (<see cref="FunctionEmitter"/>). Methods of the ILGPU API become OpenCL built-ins (<see cref="Intrinsics"/>).
/// </remarks>
internal static class KernelCompiler
{
    private static readonly Lock CompileLock = new();

    /// <summary>The OpenCL C of a kernel.</summary>
    /// <param name="kernel">A static method.</param>
    /// <param name="indexKind">Whether its first parameter is an index.</param>
    /// <param name="viewsMayAlias">Whether two views may overlap, which forbids <c>restrict</c>.</param>
    /// <exception cref="InternalCompilerException">The kernel contains something that no device can do.</exception>
    internal static CompiledKernel Compile(MethodInfo kernel, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        KernelRestrictions.CheckSignature(kernel, indexKind);
        lock (CompileLock)
        {
            try
            {
                return OpenCLProgram.Emit(kernel, indexKind, viewsMayAlias, Parameters(kernel, indexKind));
            }
            catch (UnsupportedTypeException e)
            {
                throw KernelRestrictions.Refusal(kernel, kernel, e.Message, null);
            }
        }
    }

    /// <summary>The arguments that the compiled kernel takes behind the extents; needs no compilation.</summary>
    internal static IReadOnlyList<KernelParameter> Parameters(MethodInfo kernel, KernelIndexKind indexKind) =>
        kernel.GetParameters()
            .Skip(indexKind == KernelIndexKind.Explicit ? 0 : 1)
            .Select(parameter => parameter.ParameterType)
            .Select(type => ArrayViews.IsView(type)
                ? new KernelParameter(KernelParameterKind.View, ArrayViews.ElementType(type))
                : new KernelParameter(KernelParameterKind.Value, type))
            .ToArray();

    /// <summary>
    /// A file name that stands for a compilation: the same key and the same <see cref="CompiledKernel.Constants"/>,
    /// the same source.
    /// </summary>
    internal static string CacheKey(MethodInfo kernel, KernelIndexKind indexKind, bool viewsMayAlias)
    {
        IEnumerable<string> modules = ReachableModules(kernel)
            .Append(VersionOf(typeof(KernelCompiler).Assembly))
            .Order(StringComparer.Ordinal);
        string signature = $"{kernel.MetadataToken:X}/{kernel.DeclaringType}/{kernel}/{indexKind}/{viewsMayAlias}/" +
            string.Join('/', modules);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signature)));
        return $"{CNames.Of(kernel.Name)}-{hash[..32]}";
    }

    /// <summary>
    /// The versions of the modules whose methods a kernel may call: its own, those of its type arguments and, step by
    /// step, those that these reference, except .NET's and this one, whose methods become built-ins. Of a reference
    /// that is not there the name.
    /// </summary>
    private static HashSet<string> ReachableModules(MethodInfo kernel)
    {
        HashSet<string> modules = [];
        Stack<Assembly> open = new(
            kernel.GetGenericArguments().Append(kernel.DeclaringType!).SelectMany(Parts).Select(type => type.Assembly));
        while (open.TryPop(out Assembly? next))
        {
            if (!IsFramework(next) && next != typeof(KernelCompiler).Assembly && modules.Add(VersionOf(next)))
            {
                AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(next) ?? AssemblyLoadContext.Default;
                foreach (AssemblyName reference in next.GetReferencedAssemblies().Where(name => !IsFramework(name)))
                {
                    try
                    {
                        open.Push(context.LoadFromAssemblyName(reference));
                    }
                    catch (IOException)
                    {
                        // A kernel that does call into it is refused.
                        modules.Add(reference.FullName);
                    }
                }
            }
        }
        return modules;
    }

    /// <summary>A type and the types that are its arguments, and theirs.</summary>
    private static IEnumerable<Type> Parts(Type type) => type.GenericTypeArguments.SelectMany(Parts).Append(type);

    private static string VersionOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString();

    /// <summary>Whether an assembly belongs to .NET itself.</summary>
    internal static bool IsFramework(Assembly assembly) => IsFramework(assembly.GetName());

    private static bool IsFramework(AssemblyName assembly) =>
        assembly.Name is string name
        && (name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "mscorlib");
}
