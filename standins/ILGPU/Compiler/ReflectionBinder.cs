using System.Reflection;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.Loader;
using ICSharpCode.Decompiler.TypeSystem;
using ICSharpCode.Decompiler.TypeSystem.Implementation;

namespace ILGPU.Compiler;

/// <summary>Finds the loaded type, method or field that a symbol of the decompiler stands for.</summary>
/// <param name="method">The method in whose body the symbols occur; it supplies the type arguments.</param>
internal sealed class ReflectionBinder(MethodBase method)
{
    private readonly Type[] _typeArguments = method.DeclaringType is { IsGenericType: true } type
        ? type.GenericTypeArguments
        : [];
    private readonly Dictionary<IModule, Module> _modules = [];
    private readonly Type[] _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];

    /// <summary>The type, its type parameters replaced; null if it can't be found.</summary>
    internal Type? Bind(IType type)
    {
        switch (type)
        {
            case { Kind: TypeKind.NInt }:
                return typeof(nint);
            case { Kind: TypeKind.NUInt }:
                return typeof(nuint);
            case ModifiedType modified:
                return Bind(modified.ElementType);
            case NullabilityAnnotatedType annotated:
                return Bind(annotated.TypeWithoutAnnotation);
            case TupleType tuple:
                return Bind(tuple.UnderlyingType);
            case ByReferenceType reference:
                return Bind(reference.ElementType)?.MakeByRefType();
            case ICSharpCode.Decompiler.TypeSystem.PointerType pointer:
                return Bind(pointer.ElementType)?.MakePointerType();
            case ICSharpCode.Decompiler.TypeSystem.ArrayType array:
                return array.Dimensions == 1
                    ? Bind(array.ElementType)?.MakeArrayType()
                    : Bind(array.ElementType)?.MakeArrayType(array.Dimensions);
            case ITypeParameter parameter:
                Type[] arguments = parameter.OwnerType == SymbolKind.Method ? _methodArguments : _typeArguments;
                return parameter.Index < arguments.Length ? arguments[parameter.Index] : null;
            case ParameterizedType parameterized:
                Type?[] bound = parameterized.TypeArguments.Select(Bind).ToArray();
                return bound.Contains(null)
                    ? null
                    : BindDefinition(parameterized.GetDefinition())?.MakeGenericType(bound!);
            case ITypeDefinition definition:
                Type? found = BindDefinition(definition);
                return found is { IsGenericTypeDefinition: true }
                    && found.GetGenericArguments().Length == _typeArguments.Length
                    ? found.MakeGenericType(_typeArguments)
                    : found;
            default:
                return type.GetDefinition() is { } other ? Bind(other) : null;
        }
    }

    /// <summary>The method or constructor, closed over type arguments; null if it can't be found.</summary>
    internal MethodBase? Bind(IMethod symbol)
    {
        if (symbol.MemberDefinition is not IMethod definition
            || Module(definition.ParentModule)?.ResolveMethod(Token(definition)) is not { } found
            || Bind(symbol.DeclaringType) is not Type declaring)
        {
            return null;
        }
        if (declaring.IsGenericType)
            found = MethodBase.GetMethodFromHandle(found.MethodHandle, declaring.TypeHandle)!;
        if (found is MethodInfo { IsGenericMethodDefinition: true } generic)
        {
            Type?[] arguments = symbol.TypeArguments.Select(Bind).ToArray();
            return arguments.Contains(null) ? null : generic.MakeGenericMethod(arguments!);
        }
        return found;
    }

    /// <summary>The field; null if it can't be found.</summary>
    internal FieldInfo? Bind(IField symbol)
    {
        if (symbol.MemberDefinition is not IField definition
            || Module(definition.ParentModule)?.ResolveField(Token(definition)) is not { } found
            || Bind(symbol.DeclaringType) is not Type declaring)
        {
            return null;
        }
        const BindingFlags all =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return declaring.IsGenericType
            ? declaring.GetFields(all).First(field => field.MetadataToken == found.MetadataToken)
            : found;
    }

    private Type? BindDefinition(ITypeDefinition? definition) =>
        definition is null
            ? null
            : Module(definition.ParentModule)?.ResolveType(Token(definition));

    private static int Token(IEntity definition) => MetadataTokens.GetToken(definition.MetadataToken);

    private Module? Module(IModule? module)
    {
        if (module is null)
            return null;
        if (!_modules.TryGetValue(module, out Module? found))
        {
            AssemblyLoadContext context =
                AssemblyLoadContext.GetLoadContext(method.Module.Assembly) ?? AssemblyLoadContext.Default;
            found = context.LoadFromAssemblyName(new AssemblyName(module.FullAssemblyName)).ManifestModule;
            _modules.Add(module, found);
        }
        return found;
    }
}
