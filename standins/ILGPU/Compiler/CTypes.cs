namespace ILGPU.Compiler;

/// <summary>OpenCL's memories. A reference or view belongs to one of them, known at compile time.</summary>
internal enum AddressSpace
{
    /// <summary>Variables of one work-item.</summary>
    Private,

    /// <summary>Shared memory of a group.</summary>
    Local,

    /// <summary>Buffers.</summary>
    Global,
}

/// <summary>A managed type together with the memory that it refers to, where it is a view or a reference.</summary>
internal readonly record struct CType(Type Type, AddressSpace Space = AddressSpace.Private)
{
    internal bool IsReference => Type.IsByRef;

    internal bool IsView => ArrayViews.IsView(Type);

    /// <summary>What a reference refers to, or the type itself.</summary>
    internal Type Referenced => Type.IsByRef ? Type.GetElementType()! : Type;
}

/// <summary>How tightly C operators bind; a larger value binds tighter.</summary>
internal enum Precedence
{
    Comma = 1,
    Assignment,
    Conditional,
    OrElse,
    AndAlso,
    Or,
    Xor,
    And,
    Equality,
    Relational,
    Shift,
    Additive,
    Multiplicative,
    Unary,
    Primary,
}

/// <summary>A piece of C with what the emitter has to know about it.</summary>
/// <param name="Text">The expression.</param>
/// <param name="Precedence">Of its outermost operator.</param>
/// <param name="Type">Its managed type.</param>
internal sealed record CExpression(string Text, Precedence Precedence, CType Type)
{
    /// <summary>
    /// The same value modulo 2³² or 2⁶⁴ in unsigned arithmetic, for sums and products, which wrap in C#.
    /// </summary>
    internal CExpression? Unsigned { get; init; }

    /// <summary>
    /// The same value as a sum or product of longs, for the index of an element, which is taken not to overflow int:
    /// compilers can take it apart into base and offset.
    /// </summary>
    internal CExpression? Wide { get; init; }

    /// <summary>The value of an int or long literal.</summary>
    internal long? Constant { get; init; }

    /// <summary>For a dereferenced pointer: the pointer.</summary>
    internal CExpression? Pointer { get; init; }

    /// <summary>For an address: the place that it is the address of.</summary>
    internal CExpression? Place { get; init; }

    /// <summary>For a component of a vector: the vector and the number of the component.</summary>
    internal (CExpression Vector, int Lane)? Component { get; init; }

    /// <summary>The memory that an lvalue lies in.</summary>
    internal AddressSpace Location { get; init; }

    /// <summary>Whether it names a place in memory, whose address can be taken.</summary>
    internal bool IsLvalue { get; init; }

    /// <summary>Whether the place may not be changed, so that C# hands a copy to a method that may change it.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>Whether it is a comparison of vectors: true or false for each component.</summary>
    internal bool IsMask { get; init; }

    /// <summary>Whether it is reached through a pointer, so that a store to it is seen by others.</summary>
    internal bool IsIndirect { get; init; }

    /// <summary>Whether evaluating it twice is the same as once.</summary>
    internal bool IsPure { get; init; } = true;

    /// <summary>
    /// The text, in parentheses if an operator that binds as tightly as <paramref name="minimum"/> needs them.
    /// </summary>
    internal string At(Precedence minimum) => Precedence >= minimum ? Text : $"({Text})";
}
