using System.Reflection;

namespace ILGPU.Compiler;

/// <summary>What a kernel's signature may not have, and how a refusal reads.</summary>
internal static class KernelRestrictions
{
    /// <summary>The error for something that has no counterpart on a device.</summary>
    /// <param name="kernel">The kernel being compiled.</param>
    /// <param name="method">The method, of the kernel or called by it, that contains the construct.</param>
    /// <param name="construct">A noun phrase: what was met.</param>
    /// <param name="location">Source file and line, where known.</param>
    internal static InternalCompilerException Refusal(
        MethodBase kernel, MethodBase method, string construct, string? location)
    {
        string where = method == kernel ? string.Empty : $" in {Describe(method)}";
        string source = location is null ? string.Empty : $" ({location})";
        return new InternalCompilerException(
            $"Kernel {Describe(kernel)} can't run on a device: {construct}{where}{source}.");
    }

    /// <summary>Type and method name, for messages.</summary>
    internal static string Describe(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";

    /// <summary>Refuses kernels that can't be launched because of their signature.</summary>
    internal static void CheckSignature(MethodInfo kernel, KernelIndexKind indexKind)
    {
        if (!kernel.IsStatic)
        {
            throw Refusal(
                kernel, kernel, "it is an instance method or a lambda that captures; kernels are static", null);
        }
        if (kernel.ReturnType != typeof(void))
            throw Refusal(kernel, kernel, $"it returns {kernel.ReturnType.Name}; kernels return nothing", null);
        if (kernel.ContainsGenericParameters)
            throw Refusal(kernel, kernel, "its type arguments are open", null);
        if (kernel.GetMethodBody() is null || string.IsNullOrEmpty(kernel.Module.Assembly.Location))
            throw Refusal(kernel, kernel, "its IL can't be read, because its assembly isn't a file", null);
        ParameterInfo[] parameters = kernel.GetParameters();
        Type? index = indexKind switch
        {
            KernelIndexKind.Index1D => typeof(Index1D),
            KernelIndexKind.Index2D => typeof(Index2D),
            KernelIndexKind.Index3D => typeof(Index3D),
            _ => null,
        };
        if (index is not null && (parameters.Length == 0 || parameters[0].ParameterType != index))
            throw Refusal(kernel, kernel, $"its first parameter is not {index.Name}", null);
        foreach (ParameterInfo parameter in parameters.Skip(index is null ? 0 : 1))
        {
            Type type = parameter.ParameterType;
            string? fault = ArrayViews.IsView(type) ? FaultOfElement(ArrayViews.ElementType(type)) : FaultOfValue(type);
            if (fault is not null)
                throw Refusal(kernel, kernel, $"parameter {parameter.Name} {fault}", null);
        }
    }

    private static string? FaultOfElement(Type type) =>
        type == typeof(byte) || type == typeof(sbyte) || type == typeof(short) || type == typeof(ushort)
            ? null
            : FaultOfValue(type);

    private static string? FaultOfValue(Type type)
    {
        if (type.IsEnum)
            return FaultOfValue(type.GetEnumUnderlyingType());
        if (type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong)
            || type == typeof(float) || type == typeof(double))
        {
            return null;
        }
        if (type.IsPrimitive || !type.IsValueType)
        {
            return $"is or contains a {type.Name}; int, uint, long, ulong, float, double, views and structs of these " +
                "are possible";
        }
        if (ArrayViews.IsView(type))
            return "is a struct with a view in it; pass views as parameters of their own";
        return StructTypes.InstanceFields(type).Select(field => FaultOfValue(field.FieldType))
            .FirstOrDefault(f => f is not null)
            ?? (StructTypes.HasLayoutOfC(type)
                ? null
                : $"is or contains a {type.Name}, whose fields .NET lays out otherwise than C");
    }
}
