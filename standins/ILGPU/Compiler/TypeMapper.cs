using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ILGPU.Compiler;

/// <summary>Gives managed types their OpenCL C names, and collects the declarations that these need.</summary>
internal sealed class TypeMapper(NameScope globalNames)
{
    private static readonly Dictionary<Type, string> Scalars = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(sbyte)] = "char",
        [typeof(byte)] = "uchar",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(char)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    private readonly Dictionary<Type, string> _structs = [];
    private readonly Dictionary<CType, string> _views = [];
    private readonly StringBuilder _declarations = new();

    /// <summary>Declarations of all structs, vectors and views named so far.</summary>
    internal string Declarations => _declarations.ToString();

    /// <summary>Whether double occurs, which OpenCL 1.2 devices may lack.</summary>
    internal bool UsesDouble { get; private set; }

    /// <summary>The qualifier of pointers into a memory, with a space behind it.</summary>
    internal static string Qualifier(AddressSpace space) => space switch
    {
        AddressSpace.Global => "__global ",
        AddressSpace.Local => "__local ",
        _ => string.Empty,
    };

    /// <summary>The C type of a primitive type, or null if it has none.</summary>
    internal static string? Scalar(Type type) => Scalars.GetValueOrDefault(type);

    /// <summary>The C type of a value, view or reference.</summary>
    /// <exception cref="UnsupportedTypeException">It has none.</exception>
    internal string Name(CType type)
    {
        if (type.IsReference)
            return $"{Qualifier(type.Space)}{Name(type.Referenced)}*";
        return type.IsView ? View(type) : Name(type.Type);
    }

    /// <summary>The C type of a value.</summary>
    /// <exception cref="UnsupportedTypeException">It has none.</exception>
    internal string Name(Type type)
    {
        if (type.IsEnum)
            type = type.GetEnumUnderlyingType();
        if (Scalar(type) is { } scalar)
        {
            UsesDouble |= type == typeof(double);
            return scalar;
        }
        if (!type.IsValueType || type.IsPrimitive || type.IsByRefLike || type.IsPointer || ArrayViews.IsView(type))
            throw new UnsupportedTypeException(type);
        if (!_structs.TryGetValue(type, out string? name))
        {
            name = Declare(type);
            _structs.Add(type, name);
        }
        return name;
    }

    /// <summary>The name of the C field that a managed field becomes.</summary>
    internal static string FieldName(FieldInfo field) => CNames.Of(field.Name);

    /// <summary>A C expression for the value whose bits are all zero.</summary>
    internal string Zero(Type type)
    {
        string name = Name(type);
        if (StructTypes.VectorWidth(type) > 0)
            return $"({name})(0.0f)";
        return Scalars.ContainsKey(type) || type.IsEnum ? "0" : $"({name}){ZeroInitializer(type)}";
    }

    private static string ZeroInitializer(Type type)
    {
        int width = StructTypes.VectorWidth(type);
        if (width > 0)
            return $"(float{width})(0.0f)";
        if (type.IsPrimitive || type.IsEnum)
            return "0";
        FieldInfo[] fields = StructTypes.InstanceFields(type);
        return fields.Length == 0
            ? "{ 0 }"
            : $"{{ {string.Join(", ", fields.Select(field => ZeroInitializer(field.FieldType)))} }}";
    }

    private string Declare(Type type)
    {
        string name = globalNames.Unique(CNames.Of(FriendlyName(type)));
        int width = StructTypes.VectorWidth(type);
        if (width > 0)
        {
            // Aligned as in managed memory: a view may start at any float.
            _declarations.Append(
                CultureInfo.InvariantCulture, $"typedef float{width} {name} __attribute__((aligned(4)));\n\n");
            return name;
        }
        CheckLayout(type);
        StringBuilder fields = new();
        foreach (FieldInfo field in StructTypes.InstanceFields(type))
            fields.Append(CultureInfo.InvariantCulture, $"    {Name(field.FieldType)} {FieldName(field)};\n");
        if (fields.Length == 0)
            fields.Append("    char empty;\n");
        _declarations.Append(CultureInfo.InvariantCulture, $"typedef struct\n{{\n{fields}}} {name};\n\n");
        return name;
    }

    /// <summary>Refuses structs whose managed layout isn't what C makes of the same fields.</summary>
    private static void CheckLayout(Type type)
    {
        if (type.IsDefined(typeof(InlineArrayAttribute), false))
            throw new UnsupportedTypeException(type, "is an inline array");
        StructLayoutAttribute? layout = type.StructLayoutAttribute;
        if (layout is { Value: LayoutKind.Explicit } or { Pack: not (0 or 8) }
            || layout is { Size: > 0 } sized && sized.Size != StructTypes.Layout(type).Size)
        {
            throw new UnsupportedTypeException(type, "has an explicit layout");
        }
    }

    private string View(CType type)
    {
        CType key = new(ArrayViews.ElementType(type.Type), type.Space);
        if (!_views.TryGetValue(key, out string? name))
        {
            string element = Name(key.Type);
            name = globalNames.Unique($"{type.Space}View_{element}");
            _declarations.Append(
                CultureInfo.InvariantCulture,
                $"typedef struct\n{{\n    {Qualifier(type.Space)}{element}* data;\n    long length;\n}} {name};\n\n");
            _views.Add(key, name);
        }
        return name;
    }

    private static string FriendlyName(Type type)
    {
        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}_{string.Join('_', type.GenericTypeArguments.Select(FriendlyName))}" : name;
    }
}

/// <summary>A type that has no counterpart on a device; the emitter adds where it was met.</summary>
/// <param name="type">The type.</param>
/// <param name="fault">What is wrong with it.</param>
internal sealed class UnsupportedTypeException(Type type, string fault = "does not exist on a device")
    : Exception($"type {type.Name} {fault}");
