using System.Globalization;

namespace ILGPU.Compiler;

/// <summary>C# arithmetic on primitive types in C: wrapping integers, C#'s promotions and casts.</summary>
internal static class Arithmetic
{
    /// <summary>A literal of a primitive type.</summary>
    internal static CExpression Literal(object value, Type type)
    {
        if (type.IsEnum)
            type = type.GetEnumUnderlyingType();
        value = Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        (string text, Precedence precedence) = value switch
        {
            bool b => (b ? "true" : "false", Precedence.Primary),
            char c => (((int)c).ToString(CultureInfo.InvariantCulture), Precedence.Primary),
            float f => Float(f),
            double d => Double(d),
            int.MinValue => ("(-2147483647 - 1)", Precedence.Primary),
            long.MinValue => ("(-9223372036854775807L - 1L)", Precedence.Primary),
            uint u => ($"{u}u", Precedence.Primary),
            ulong u => ($"{u}ul", Precedence.Primary),
            long l => ($"{l}L", l < 0 ? Precedence.Unary : Precedence.Primary),
            IFormattable other => Signed(other.ToString(null, CultureInfo.InvariantCulture)),
            _ => throw new UnsupportedTypeException(type),
        };
        return new CExpression(text, precedence, new CType(type))
        {
            Constant = value is int or long ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>The type in which C# computes a binary operator on two primitive types.</summary>
    internal static Type Promote(Type left, Type right)
    {
        left = Underlying(left);
        right = Underlying(right);
        foreach (Type wide in new[] { typeof(double), typeof(float), typeof(ulong), typeof(long) })
        {
            if (left == wide || right == wide)
                return wide;
        }
        if (left == typeof(uint) || right == typeof(uint))
        {
            Type other = left == typeof(uint) ? right : left;
            return other == typeof(int) || other == typeof(short) || other == typeof(sbyte)
                ? typeof(long)
                : typeof(uint);
        }
        return left == typeof(bool) && right == typeof(bool) ? typeof(bool) : typeof(int);
    }

    /// <summary>A conversion between primitive types, with C#'s results for every value.</summary>
    /// <remarks>Floats out of range saturate and NaN becomes 0, as in .NET 9 and later and on CUDA.</remarks>
    internal static CExpression Cast(CExpression value, Type target)
    {
        Type from = Underlying(value.Type.Type);
        Type to = Underlying(target);
        if (from == to)
            return value with { Type = new CType(target), IsLvalue = false };
        string text;
        Precedence precedence = Precedence.Unary;
        if (IsFloat(from) && !IsFloat(to))
        {
            text = SizeOf(to) switch
            {
                4 or 8 => $"convert_{Name(to)}_sat({value.Text})",
                _ => $"({Name(to)})convert_int_sat({value.Text})",
            };
            precedence = SizeOf(to) >= 4 ? Precedence.Primary : Precedence.Unary;
        }
        else if (SizeOf(to) >= 4 && SizeOf(to) == SizeOf(from) && value.Unsigned is { } unsigned
            && to == UnsignedOf(from))
        {
            return unsigned with { Type = new CType(target) };
        }
        else
        {
            text = $"({Name(to)}){value.At(Precedence.Unary)}";
        }
        CExpression result = new(text, precedence, new CType(target)) { IsPure = value.IsPure };
        return to == typeof(long) && from == typeof(int) && value.Wide is { } wide
            ? result with { Wide = wide }
            : result;
    }

    /// <summary>A sum, difference or product; integers wrap.</summary>
    internal static CExpression Wrapping(string symbol, CExpression left, CExpression right, Type type)
    {
        Precedence precedence = symbol == "*" ? Precedence.Multiplicative : Precedence.Additive;
        bool isPure = left.IsPure && right.IsPure;
        type = Underlying(type);
        if (type != typeof(int) && type != typeof(long))
            return Plain(symbol, precedence, Operand(left, type), Operand(right, type), type);
        CExpression unsigned = Plain(
            symbol, precedence, AsUnsigned(left, type), AsUnsigned(right, type), UnsignedOf(type));
        CExpression wide = Plain(symbol, precedence, AsWide(left), AsWide(right), typeof(long));
        return new CExpression($"({Name(type)})({unsigned.Text})", Precedence.Unary, new CType(type))
        {
            Unsigned = unsigned,
            Wide = symbol == "*" && (IsHashFactor(left) || IsHashFactor(right)) ? null : wide,
            IsPure = isPure,
        };
    }

    /// <summary>The value with the opposite sign; integers wrap.</summary>
    internal static CExpression Negate(CExpression value, Type type) =>
        IsFloat(Underlying(type))
            ? new CExpression($"-{Operand(value, type).At(Precedence.Primary)}", Precedence.Unary, new CType(type))
            {
                IsPure = value.IsPure,
            }
            : Wrapping("-", Literal(0, type), value, type);

    /// <summary>A binary operator that C and C# agree on.</summary>
    /// <remarks>
    /// Where few remember the precedence (and compilers warn), operands get parentheses that C does not need.
    /// </remarks>
    internal static CExpression Plain(
        string symbol, Precedence precedence, CExpression left, CExpression right, Type type)
    {
        Precedence operand = precedence switch
        {
            Precedence.Multiplicative or Precedence.Additive => precedence,
            Precedence.Relational or Precedence.Equality => Precedence.Additive,
            Precedence.AndAlso or Precedence.OrElse => Precedence.Equality,
            _ => Precedence.Unary,
        };
        bool isChain = left.Precedence == precedence && precedence is Precedence.AndAlso or Precedence.OrElse;
        string first = isChain ? left.Text : left.At(operand);
        string second = right.At(operand == precedence ? operand + 1 : operand);
        return new CExpression($"{first} {symbol} {second}", precedence, new CType(type))
        {
            IsPure = left.IsPure && right.IsPure,
        };
    }

    /// <summary>An operand in the operator's type, cast only where C's own promotion would differ.</summary>
    internal static CExpression Operand(CExpression value, Type type)
    {
        Type from = Underlying(value.Type.Type);
        bool same = from == type || IsFloat(type) || SizeOf(from) < 4
            || (SizeOf(from) == SizeOf(type) && type == UnsignedOf(from));
        return same ? value : Cast(value, type);
    }

    /// <summary>Whether a product with the constant may well be meant to overflow.</summary>
    private static bool IsHashFactor(CExpression value) => value.Constant is > ushort.MaxValue or < -ushort.MaxValue;

    /// <summary>The index of an element: sums and products in long.</summary>
    internal static string Index(CExpression index) => (index.Wide ?? index).Text;

    internal static Type Underlying(Type type) => type.IsEnum ? type.GetEnumUnderlyingType() : type;

    internal static bool IsFloat(Type type) => type == typeof(float) || type == typeof(double);

    private static CExpression AsUnsigned(CExpression value, Type type)
    {
        if (value.Unsigned is { } unsigned && Underlying(value.Type.Type) == type)
            return unsigned;
        if (value.Constant is { } constant)
        {
            return type == typeof(int)
                ? Literal(unchecked((uint)constant), typeof(uint))
                : Literal(unchecked((ulong)constant), typeof(ulong));
        }
        string text = $"({Name(UnsignedOf(type))}){value.At(Precedence.Unary)}";
        return new CExpression(text, Precedence.Unary, new CType(UnsignedOf(type))) { IsPure = value.IsPure };
    }

    private static CExpression AsWide(CExpression value)
    {
        if (value.Wide is { } wide)
            return wide;
        if (value.Constant is { } constant)
            return Literal(constant, typeof(long));
        return Underlying(value.Type.Type) == typeof(long)
            ? value
            : new CExpression($"(long){value.At(Precedence.Unary)}", Precedence.Unary, new CType(typeof(long)))
            {
                IsPure = value.IsPure,
            };
    }

    private static Type UnsignedOf(Type type) =>
        type == typeof(int) ? typeof(uint) : type == typeof(long) ? typeof(ulong) : type;

    private static int SizeOf(Type type) => StructTypes.Layout(type).Size;

    private static string Name(Type type) => TypeMapper.Scalar(type) ?? throw new UnsupportedTypeException(type);

    private static (string Text, Precedence Precedence) Signed(string text) =>
        (text, text[0] == '-' ? Precedence.Unary : Precedence.Primary);

    private static (string Text, Precedence Precedence) Float(float value) => value switch
    {
        float.PositiveInfinity => ("INFINITY", Precedence.Primary),
        float.NegativeInfinity => ("-INFINITY", Precedence.Unary),
        float.NaN => ("NAN", Precedence.Primary),
        _ => Signed(WithPoint(value.ToString("R", CultureInfo.InvariantCulture)) + "f"),
    };

    private static (string Text, Precedence Precedence) Double(double value) => value switch
    {
        double.PositiveInfinity => ("(double)INFINITY", Precedence.Unary),
        double.NegativeInfinity => ("-(double)INFINITY", Precedence.Unary),
        double.NaN => ("(double)NAN", Precedence.Unary),
        _ => Signed(WithPoint(value.ToString("R", CultureInfo.InvariantCulture))),
    };

    private static string WithPoint(string digits) => digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
}
