using System.Reflection;

namespace ILGPU.Compiler;

/// <summary>A static readonly number whose value stands in a kernel's source: another value, another source.</summary>
/// <param name="Field">The field.</param>
/// <param name="Literal">Its value in OpenCL C.</param>
internal sealed record BakedConstant(FieldInfo Field, string Literal)
{
    private const char Separator = '\t';

    /// <summary>The constant as a line of text.</summary>
    public override string ToString() =>
        string.Join(Separator, Field.DeclaringType!.AssemblyQualifiedName, Field.Name, Literal);

    /// <summary>Whether the field that a line tells of exists and has the value that it tells.</summary>
    internal static bool Holds(string line) =>
        line.Split(Separator) is [string type, string name, string literal] &&
        Type.GetType(type)?.GetField(
            name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            is { IsInitOnly: true } field &&
        Arithmetic.Literal(field.GetValue(null)!, field.FieldType).Text == literal;
}
