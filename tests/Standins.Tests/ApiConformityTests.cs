using System.Reflection;
using System.Runtime.Loader;

namespace IlgpuStyle.Standins.Tests;

/// <summary>Whatever compiles against the stand-ins must compile against the packages.</summary>
public class ApiConformityTests
{
    private const BindingFlags Public =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    [PackageFact("ILGPU")]
    public void Every_public_member_of_the_ilgpu_stand_in_is_in_the_package() =>
        AssertConforms(typeof(ILGPU.Context).Assembly);

    [PackageFact("ILGPU.Algorithms")]
    public void Every_public_member_of_the_algorithms_stand_in_is_in_the_package() =>
        AssertConforms(typeof(ILGPU.Algorithms.XMath).Assembly);

    [PackageFact("StbImageSharp")]
    public void Every_public_member_of_the_picture_readers_stand_in_is_in_the_package() =>
        AssertConforms(typeof(StbImageSharp.ImageResult).Assembly);

    [PackageFact("StbImageWriteSharp")]
    public void Every_public_member_of_the_picture_writers_stand_in_is_in_the_package() =>
        AssertConforms(typeof(StbImageWriteSharp.ImageWriter).Assembly);

    [PackageFact("HDF.PInvoke.1.10")]
    public void Every_public_member_of_the_hdf5_stand_in_is_in_the_package() =>
        AssertConforms(typeof(HDF.PInvoke.H5F).Assembly);

    private static void AssertConforms(Assembly standIn)
    {
        Assembly package = LoadPackage(standIn.GetName().Name!);
        Assert.NotEqual(standIn.Location, package.Location);
        List<string> missing = [];
        foreach (Type type in standIn.GetExportedTypes())
        {
            Type? real = package.GetType(type.FullName!);
            if (real is null || !real.IsVisible)
                missing.Add($"type {type.FullName}");
            else
                missing.AddRange(Describe(type).Except(Describe(real)).Select(text => $"{type.FullName}: {text}"));
        }
        Assert.Empty(missing);
    }

    private static Assembly LoadPackage(string name)
    {
        var context = new AssemblyLoadContext($"real {name}", isCollectible: true);
        context.Resolving += (loader, wanted) =>
            PackageFactAttribute.FindAssembly(wanted.Name!) is { } file ? loader.LoadFromAssemblyPath(file) : null;
        // Not found by name alone, because the stand-in of that name is already loaded.
        if (name == "ILGPU.Algorithms")
            context.LoadFromAssemblyPath(PackageFactAttribute.FindAssembly("ILGPU")!);
        return context.LoadFromAssemblyPath(PackageFactAttribute.FindAssembly(name)!);
    }

    private static HashSet<string> Describe(Type type)
    {
        HashSet<string> lines = [$"is a {KindOf(type)}"];
        if (KindOf(type) == "sealed class") // Serves as a static one, too; HDF.PInvoke's classes are such.
            lines.Add("is a static class");
        if (type.IsGenericTypeDefinition)
            lines.UnionWith(type.GetGenericArguments().Select(argument => $"where {Constraints(argument)}"));
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
            lines.Add($"derives from {NameOf(parent)}");
        lines.UnionWith(type.GetInterfaces().Where(i => i.IsVisible).Select(i => $"implements {NameOf(i)}"));
        IEnumerable<Type> parents = type.IsInterface ? type.GetInterfaces() : [];
        foreach (MemberInfo member in parents.Append(type).SelectMany(t => t.GetMembers(Public)))
        {
            lines.Add(member switch
            {
                FieldInfo { IsLiteral: true } constant =>
                    $"const {NameOf(constant.FieldType)} {constant.Name} = {constant.GetRawConstantValue()}",
                FieldInfo field => $"{(field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} {field.Name}",
                MethodInfo method =>
                    $"{(method.IsStatic ? "static " : "")}{NameOf(method.ReturnType)} {method.Name}" +
                    $"{string.Join("", method.GetGenericArguments().Select(a => $"<{Constraints(a)}>"))}" +
                    $"({Parameters(method)})",
                ConstructorInfo constructor => $"constructor({Parameters(constructor)})",
                _ => member.MemberType + " " + member.Name,
            });
        }
        return lines;
    }

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
        : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class" : "class";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p =>
            $"{(p.IsOut ? "out " : p.IsIn ? "in " : "")}{NameOf(p.ParameterType)} {p.Name}"));

    private static string Constraints(Type argument) =>
        $"{argument.Name}: {argument.GenericParameterAttributes} " +
        string.Join(", ", argument.GetGenericParameterConstraints().Select(NameOf).Order());

    private static string NameOf(Type type) =>
        type.IsByRef ? NameOf(type.GetElementType()!) + "&"
        : type.IsArray ? NameOf(type.GetElementType()!) + "[]"
        : type.IsGenericParameter ? type.Name
        : type.IsGenericType
            ? $"{type.GetGenericTypeDefinition().FullName}<" +
                $"{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.FullName!;
}
