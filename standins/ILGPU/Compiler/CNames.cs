using System.Text;

namespace ILGPU.Compiler;

/// <summary>Identifiers that are legal in OpenCL C and hide nothing that the generated source uses.</summary>
internal static class CNames
{
    private static readonly HashSet<string> Reserved = CreateReserved();

    /// <summary>A C identifier close to a C# or IL name.</summary>
    internal static string Of(string name)
    {
        if (name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is int end and > 1
            && (name.EndsWith("k__BackingField", StringComparison.Ordinal) || name.EndsWith('P')))
        {
            name = name[1..end];
        }
        StringBuilder text = new(name.Length);
        foreach (char c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        string candidate = text.ToString();
        return Reserved.Contains(candidate) || candidate.StartsWith("__", StringComparison.Ordinal)
            ? candidate + "_"
            : candidate;
    }

    private static HashSet<string> CreateReserved()
    {
        HashSet<string> names =
        [
            // C and OpenCL C keywords and types that are legal names in C#.
            "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern",
            "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed",
            "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while",
            "kernel", "global", "local", "constant", "private", "generic", "read_only", "write_only", "read_write",
            "bool", "half", "uchar", "ushort", "uint", "ulong", "size_t", "ptrdiff_t", "intptr_t", "uintptr_t",
            "event_t", "sampler_t", "image2d_t", "image3d_t", "pipe", "true", "false", "vec_step", "unix", "linux",
            "NAN", "INFINITY", "MAXFLOAT", "HUGE_VAL", "HUGE_VALF", "INT_MAX", "INT_MIN", "LONG_MIN", "NULL", "main",
            "printf", "asm",
            // Built-in functions that the emitter calls.
            "min", "max", "abs", "clamp", "fabs", "fma", "fmin", "fmax", "fmod", "sqrt", "rsqrt", "exp", "exp2",
            "log", "log2", "log10", "pow", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
            "floor", "ceil", "trunc", "rint", "round", "cbrt", "copysign", "isnan", "isinf", "isfinite", "barrier",
            "as_uint", "as_float",
            "convert_int_sat", "convert_uint_sat", "convert_long_sat", "convert_ulong_sat",
            "atomic_add", "get_global_id", "get_local_id", "get_group_id", "get_local_size",
            "get_num_groups", "get_global_size", "CLK_LOCAL_MEM_FENCE", "CLK_GLOBAL_MEM_FENCE",
            // Names of the emitter's own.
            "self",
        ];
        string[] scalars =
            ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "half", "float", "double"];
        foreach (string scalar in scalars)
        {
            foreach (int width in new[] { 2, 3, 4, 8, 16 })
                names.Add($"{scalar}{width}");
        }
        return names;
    }
}
