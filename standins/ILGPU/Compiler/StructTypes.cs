using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Compiler;

/// <summary>Fields of structs, and which structs are OpenCL vectors.</summary>
internal static class StructTypes
{
    /// <summary>The instance fields in the order of their declaration.</summary>
    internal static FieldInfo[] InstanceFields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(field => field.MetadataToken)
            .ToArray();

    /// <summary>Whether a struct's method may not change its object.</summary>
    internal static bool IsReadOnly(MethodBase method) =>
        method.IsDefined(typeof(IsReadOnlyAttribute), false)
        || method.DeclaringType!.IsDefined(typeof(IsReadOnlyAttribute), false);

    /// <summary>Whether a method returns a reference through which nothing may be changed.</summary>
    internal static bool ReturnsReadOnly(MethodInfo method) =>
        method.ReturnParameter.IsDefined(typeof(IsReadOnlyAttribute), false);

    /// <summary>The field behind an automatic property, or null.</summary>
    internal static FieldInfo? BackingField(MethodInfo accessor) =>
        accessor.IsSpecialName && accessor.Name.Length > 4
            ? accessor.DeclaringType!.GetField(
                $"<{accessor.Name[4..]}>k__BackingField",
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            : null;

    /// <summary>
    /// The number of components if the struct becomes a vector (2, 4, 8 or 16 floats and nothing else), or 0.
    /// </summary>
    internal static int VectorWidth(Type type)
    {
        if (!type.IsValueType || type.IsPrimitive || type.IsEnum)
            return 0;
        FieldInfo[] fields = InstanceFields(type);
        return fields.Length is 2 or 4 or 8 or 16 && fields.All(field => field.FieldType == typeof(float))
            ? fields.Length
            : 0;
    }

    /// <summary>The number of a field among its struct's.</summary>
    internal static int IndexOf(FieldInfo field) =>
        Array.FindIndex(
            InstanceFields(field.DeclaringType!), candidate => candidate.MetadataToken == field.MetadataToken);

    /// <summary>
    /// Whether a struct's bytes, as the host writes them, are those that a device reads: not where .NET may order the
    /// fields as it likes (tuples), nor where one field stands for many (inline arrays).
    /// </summary>
    internal static bool HasLayoutOfC(Type type) =>
        type.IsPrimitive || type.IsEnum
        || (!type.IsAutoLayout && Layout(type).Size == RuntimeHelpers.SizeOf(type.TypeHandle)
            && InstanceFields(type).All(field => HasLayoutOfC(field.FieldType)));

    /// <summary>
    /// Size and alignment in bytes that C gives to the type, where vectors are aligned like their floats.
    /// </summary>
    internal static (int Size, int Alignment) Layout(Type type)
    {
        if (type.IsEnum)
            return Layout(type.GetEnumUnderlyingType());
        if (type == typeof(bool))
            return (1, 1);
        if (type == typeof(char))
            return (2, 2);
        if (type.IsPrimitive)
        {
            int primitive = Marshal.SizeOf(type);
            return (primitive, primitive);
        }
        int size = 0;
        int alignment = 1;
        foreach (FieldInfo field in InstanceFields(type))
        {
            (int fieldSize, int fieldAlignment) = Layout(field.FieldType);
            size = (size + fieldAlignment - 1) / fieldAlignment * fieldAlignment + fieldSize;
            alignment = Math.Max(alignment, fieldAlignment);
        }
        return (Math.Max(1, (size + alignment - 1) / alignment * alignment), alignment);
    }
}
