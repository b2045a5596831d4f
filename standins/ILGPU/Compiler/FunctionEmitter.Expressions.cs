using System.Reflection;
using System.Runtime.CompilerServices;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.Semantics;
using ICSharpCode.Decompiler.TypeSystem;

namespace ILGPU.Compiler;

/// <content>Expressions.</content>
internal sealed partial class FunctionEmitter
{
    private CExpression Expression(Expression node)
    {
        CExpression result = WithoutConversion(node);
        return node.Annotation<ImplicitConversionAnnotation>() is { } conversion
            ? UserConversion(node, conversion.ConversionResolveResult, result)
            : result;
    }

    private CExpression WithoutConversion(Expression node)
    {
        ResolveResult resolved = node.GetResolveResult();
        if (resolved is { IsCompileTimeConstant: true, ConstantValue: { } constant and not string })
            return Arithmetic.Literal(constant, BindType(resolved.Type, node));
        switch (node)
        {
            case PrimitiveExpression { Value: bool always }:
                // The condition of an endless loop, which the decompiler makes without saying what it resolves to.
                return Arithmetic.Literal(always, typeof(bool));
            case ParenthesizedExpression parenthesized:
                return Expression(parenthesized.Expression);
            case UncheckedExpression unchecking:
                return Expression(unchecking.Expression);
            case IdentifierExpression identifier when identifier.GetILVariable() is { } variable:
                return Read(Lookup(variable, node));
            case ThisReferenceExpression when _parameters.TryGetValue(-1, out Variable? self):
                return Read(self);
            case IdentifierExpression or MemberReferenceExpression when resolved is MemberResolveResult member:
                return Member(node, (node as MemberReferenceExpression)?.Target, member);
            case IndexerExpression indexer:
                return Element(indexer, resolved);
            case InvocationExpression invocation when resolved is InvocationResolveResult { Member: IMethod method }:
                return Call(
                    node, method, (invocation.Target as MemberReferenceExpression)?.Target, invocation.Arguments);
            case ObjectCreateExpression creation:
                return Create(creation, resolved);
            case DefaultValueExpression standard:
                return Default(node, BindType(standard.Type!.GetResolveResult().Type, node));
            case DirectionExpression direction:
                return AddressOf(Expression(direction.Expression), node);
            case CastExpression cast:
                return Cast(cast, resolved);
            case ConditionalExpression conditional:
                return Conditional(conditional);
            case UnaryOperatorExpression unary:
                return Unary(unary, resolved);
            case BinaryOperatorExpression binary:
                return Binary(binary, resolved);
            case AssignmentExpression assignment:
                return Assign(assignment, resolved);
            case SizeOfExpression measured:
                Type type = BindType(measured.Type.GetResolveResult().Type, node);
                return Arithmetic.Literal(RuntimeHelpers.SizeOf(type.TypeHandle), typeof(int));
            default:
                throw Refuse(node, $"a {Noun(node)} ({node})");
        }
    }

    private Type BindType(IType type, AstNode node) =>
        _binder.Bind(type) ?? throw Refuse(node, $"type {type.Name}, which can't be found ({node}),");

    private static CExpression Read(Variable variable)
    {
        variable.Uses++;
        if (variable.Value is { } value)
            return value;
        CExpression name = new(variable.Name, Precedence.Primary, variable.Type)
        {
            IsLvalue = true,
            IsReadOnly = variable.IsReadOnly,
            Wide = variable.Wide is { } twin
                ? new CExpression(twin.Name, Precedence.Primary, new CType(typeof(long)))
                : null,
        };
        return variable.Type.IsReference ? Dereference(name) : name;
    }

    private static CExpression Dereference(CExpression pointer)
    {
        if (pointer.Place is { } place)
            return place;
        return new CExpression(
            $"*{pointer.At(Precedence.Unary)}", Precedence.Unary, new CType(pointer.Type.Referenced))
        {
            Pointer = pointer,
            IsLvalue = true,
            IsIndirect = true,
            IsReadOnly = pointer.IsReadOnly,
            IsPure = pointer.IsPure,
            Location = pointer.Type.Space,
        };
    }

    private CExpression AddressOf(CExpression place, AstNode node)
    {
        if (place.Pointer is { } pointer)
            return pointer;
        if (!place.IsLvalue)
            throw Refuse(node, $"a reference to a temporary value ({node})");
        CType type = new(place.Type.Type.MakeByRefType(), place.Location);
        if (place.Component is var (vector, lane))
        {
            // C has no pointers to components, but a vector's components lie side by side.
            string first =
                $"({TypeMapper.Qualifier(place.Location)}float*){AddressOf(vector, node).At(Precedence.Unary)}";
            return new CExpression($"({first} + {lane})", Precedence.Primary, type)
            {
                IsPure = place.IsPure,
                Place = place,
            };
        }
        return new CExpression($"&{place.At(Precedence.Unary)}", Precedence.Unary, type)
        {
            IsPure = place.IsPure,
            Place = place,
        };
    }

    private CExpression Member(Expression node, Expression? target, MemberResolveResult resolved)
    {
        if (resolved.Member is IProperty { Getter: { } getter })
        {
            if (target is IdentifierExpression array && array.GetILVariable() is { } variable
                && getter.Name == "get_Length" && getter.DeclaringType.IsKnownType(KnownTypeCode.Array))
            {
                return Arithmetic.Literal(Lookup(variable, node).ArrayLength, typeof(int));
            }
            return Call(node, getter, target, []);
        }
        if (resolved.Member is not IField symbol || _binder.Bind(symbol) is not { } field)
            throw Refuse(node, $"member {resolved.Member.Name}");
        if (field.IsStatic)
            return StaticField(node, field);
        CExpression owner = target is null ? throw Refuse(node, $"field {field.Name}") : Expression(target);
        return Field(owner, field, node);
    }

    /// <summary>A field of a struct, or a component of a vector.</summary>
    private CExpression Field(CExpression owner, FieldInfo field, AstNode node)
    {
        if (!field.DeclaringType!.IsValueType)
            throw Refuse(node, $"field {field.Name} of the class {field.DeclaringType.Name}");
        TypeName(field.DeclaringType, node);
        bool isVector = StructTypes.VectorWidth(field.DeclaringType) > 0;
        int lane = isVector ? StructTypes.IndexOf(field) : 0;
        string name = isVector ? $"s{lane:x}" : TypeMapper.FieldName(field);
        string text = owner.Pointer is { } pointer && !isVector
            ? $"{pointer.At(Precedence.Primary)}->{name}"
            : $"{owner.At(Precedence.Primary)}.{name}";
        return new CExpression(text, Precedence.Primary, new CType(field.FieldType))
        {
            Component = isVector ? (owner, lane) : null,
            IsLvalue = owner.IsLvalue,
            IsIndirect = owner.IsIndirect,
            IsReadOnly = owner.IsReadOnly
                || (field.IsInitOnly && !(IsConstructor && owner.Text == Self)),
            IsPure = owner.IsPure,
            Location = owner.Location,
        };
    }

    private CExpression StaticField(Expression node, FieldInfo field)
    {
        if (!field.IsInitOnly)
            throw Refuse(node, $"static field {field.DeclaringType!.Name}.{field.Name}, which isn't readonly,");
        if (!field.FieldType.IsPrimitive && !field.FieldType.IsEnum)
            throw Refuse(node, $"static field {field.DeclaringType!.Name}.{field.Name}, which isn't a number,");
        return _program.Bake(field);
    }

    private CExpression Element(IndexerExpression indexer, ResolveResult resolved)
    {
        if (indexer.Target is not { } target)
            throw Refuse(indexer, "an indexer without a target");
        if (resolved is MemberResolveResult { Member: IProperty { Getter: { } getter } })
            return Call(indexer, getter, target, indexer.Arguments);
        CExpression array = Expression(target);
        if (!array.Type.Type.IsArray || indexer.Arguments.Count != 1)
            throw Refuse(indexer, $"an element access ({indexer})");
        CExpression index = Expression(indexer.Arguments.Single());
        return new CExpression(
            $"{array.At(Precedence.Primary)}[{Arithmetic.Index(index)}]",
            Precedence.Primary,
            new CType(array.Type.Type.GetElementType()!))
        {
            IsLvalue = true,
            IsPure = array.IsPure && index.IsPure,
        };
    }

    private CExpression Default(Expression node, Type type)
    {
        if (ArrayViews.IsView(type))
            throw Refuse(node, "a view that a kernel creates");
        TypeName(type, node);
        return new CExpression(Types.Zero(type), Precedence.Unary, new CType(type));
    }

    private CExpression Create(ObjectCreateExpression creation, ResolveResult resolved)
    {
        Type type = BindType(resolved.Type, creation);
        if (!type.IsValueType)
            throw Refuse(creation, $"the allocation of a {type.Name}");
        if (resolved is not InvocationResolveResult { Member: IMethod { Parameters.Count: > 0 } constructor })
            return Default(creation, type);
        return (_binder.Bind(constructor) is ConstructorInfo found ? CreateVector(creation, found) : null)
            ?? Call(creation, constructor, null, creation.Arguments);
    }

    private CExpression Cast(CastExpression cast, ResolveResult resolved)
    {
        CExpression value = Expression(cast.Expression);
        if (resolved is ConversionResolveResult { Conversion.IsUserDefined: true } conversion)
            return UserConversion(cast, conversion, value);
        Type target = BindType(resolved.Type, cast);
        if (target == value.Type.Type)
            return value with { IsLvalue = false };
        if (!IsNumber(target) || !IsNumber(value.Type.Type))
            throw Refuse(cast, $"a cast from {value.Type.Type.Name} to {target.Name}");
        RefuseOverflowChecks(cast);
        TypeName(target, cast);
        return Arithmetic.Cast(value, target);
    }

    private CExpression UserConversion(Expression node, ConversionResolveResult conversion, CExpression value) =>
        conversion.Conversion.Method is { } method && _binder.Bind(method) is { } found
            ? Call(node, found, null, [value])
            : throw Refuse(node, $"a conversion to {conversion.Type.Name}");

    private CExpression Conditional(ConditionalExpression conditional)
    {
        CExpression condition = Expression(conditional.Condition);
        CExpression yes = Expression(conditional.TrueExpression);
        CExpression no = Expression(conditional.FalseExpression);
        if (condition.IsMask || Width(yes) != Width(no))
        {
            // A function of floats that is applied to vectors: some of its arguments are floats that they share.
            return Choice(condition, yes, no);
        }
        if (yes.Type != no.Type && (!IsNumber(yes.Type.Type) || !IsNumber(no.Type.Type)))
            throw Refuse(conditional, "a choice between different kinds of values or memories");
        CType type = yes.Type == no.Type ? yes.Type : new CType(Arithmetic.Promote(yes.Type.Type, no.Type.Type));
        return new CExpression(
            $"{condition.At(Precedence.Equality)} ? {yes.At(Precedence.Conditional)} : {no.At(Precedence.Conditional)}",
            Precedence.Conditional,
            type)
        {
            IsPure = condition.IsPure && yes.IsPure && no.IsPure,
        };
    }

    private CExpression Unary(UnaryOperatorExpression unary, ResolveResult resolved)
    {
        if (resolved is InvocationResolveResult { Member: IMethod method })
            return Call(unary, method, null, [unary.Expression]);
        if (resolved is OperatorResolveResult { UserDefinedOperatorMethod: { } custom })
            return Call(unary, custom, null, [unary.Expression]);
        RefuseOverflowChecks(unary);
        CExpression operand = Expression(unary.Expression);
        Type type = BindType(resolved.Type, unary);
        switch (unary.Operator)
        {
            case UnaryOperatorType.Not:
                return Prefixed("!", typeof(bool));
            case UnaryOperatorType.BitNot:
                return Prefixed("~", type);
            case UnaryOperatorType.Plus:
                return Arithmetic.Operand(operand, type);
            case UnaryOperatorType.Minus when Width(operand) > 0:
                return Negate(operand);
            case UnaryOperatorType.Minus:
                return Arithmetic.Negate(operand, type);
            case UnaryOperatorType.AddressOf or UnaryOperatorType.Dereference:
                throw Refuse(unary, $"a pointer ({unary})");
            default:
                throw Refuse(unary, $"the operator {unary.Operator}");
        }

        CExpression Prefixed(string symbol, Type result) =>
            new($"{symbol}{operand.At(Precedence.Unary)}", Precedence.Unary, new CType(result))
            {
                IsPure = operand.IsPure,
            };
    }

    private CExpression Binary(BinaryOperatorExpression binary, ResolveResult resolved)
    {
        IMethod? custom = (resolved as InvocationResolveResult)?.Member as IMethod
            ?? (resolved as OperatorResolveResult)?.UserDefinedOperatorMethod;
        if (custom is not null)
            return Call(binary, custom, null, [binary.Left!, binary.Right!]);
        RefuseOverflowChecks(binary);
        return Binary(
            binary,
            binary.Operator,
            Expression(binary.Left!),
            Expression(binary.Right!),
            BindType(resolved.Type, binary));
    }

    private CExpression Binary(
        Expression node, BinaryOperatorType operation, CExpression left, CExpression right, Type type)
    {
        if (Width(left, right) > 0)
            return VectorBinary(operation, left, right) ?? throw Refuse(node, $"the operator {operation} on vectors");
        if (!IsNumber(left.Type.Type) || !IsNumber(right.Type.Type))
            throw Refuse(node, $"the operator {operation} on {left.Type.Type.Name} and {right.Type.Type.Name}");
        switch (operation)
        {
            case BinaryOperatorType.Add:
                return Arithmetic.Wrapping("+", left, right, type);
            case BinaryOperatorType.Subtract when left.Text is "-0.0f" or "-0.0":
                return Arithmetic.Negate(right, type);
            case BinaryOperatorType.Subtract:
                return Arithmetic.Wrapping("-", left, right, type);
            case BinaryOperatorType.Multiply:
                return Arithmetic.Wrapping("*", left, right, type);
            case BinaryOperatorType.Divide:
                return Same("/", Precedence.Multiplicative);
            case BinaryOperatorType.Modulus when Arithmetic.IsFloat(type):
                return new CExpression(
                    $"fmod({TypedOperand(left)}, {TypedOperand(right)})", Precedence.Primary, new CType(type))
                {
                    IsPure = left.IsPure && right.IsPure,
                };
            case BinaryOperatorType.Modulus:
                return Same("%", Precedence.Multiplicative);
            case BinaryOperatorType.ShiftLeft:
                return Arithmetic.Plain("<<", Precedence.Shift, Arithmetic.Operand(left, type), right, type);
            case BinaryOperatorType.ShiftRight:
                return Arithmetic.Plain(">>", Precedence.Shift, Arithmetic.Operand(left, type), right, type);
            case BinaryOperatorType.BitwiseAnd:
                return Same("&", Precedence.And);
            case BinaryOperatorType.BitwiseOr:
                return Same("|", Precedence.Or);
            case BinaryOperatorType.ExclusiveOr:
                return Same("^", Precedence.Xor);
            case BinaryOperatorType.ConditionalAnd:
                return Arithmetic.Plain("&&", Precedence.AndAlso, left, right, typeof(bool));
            case BinaryOperatorType.ConditionalOr:
                return Arithmetic.Plain("||", Precedence.OrElse, left, right, typeof(bool));
            case BinaryOperatorType.Equality:
                return Compare("==", Precedence.Equality);
            case BinaryOperatorType.InEquality:
                return Compare("!=", Precedence.Equality);
            case BinaryOperatorType.LessThan:
                return Compare("<", Precedence.Relational);
            case BinaryOperatorType.LessThanOrEqual:
                return Compare("<=", Precedence.Relational);
            case BinaryOperatorType.GreaterThan:
                return Compare(">", Precedence.Relational);
            case BinaryOperatorType.GreaterThanOrEqual:
                return Compare(">=", Precedence.Relational);
            default:
                throw Refuse(node, $"the operator {operation}");
        }

        CExpression Same(string symbol, Precedence precedence) =>
            Arithmetic.Plain(symbol, precedence, Arithmetic.Operand(left, type), Arithmetic.Operand(right, type), type);

        CExpression Compare(string symbol, Precedence precedence)
        {
            Type common = Arithmetic.Promote(left.Type.Type, right.Type.Type);
            return Arithmetic.Plain(
                symbol, precedence, Arithmetic.Operand(left, common), Arithmetic.Operand(right, common), typeof(bool));
        }

        string TypedOperand(CExpression operand) =>
            Arithmetic.Underlying(operand.Type.Type) == type ? operand.Text : Arithmetic.Cast(operand, type).Text;
    }

    private CExpression Assign(AssignmentExpression assignment, ResolveResult resolved)
    {
        if (assignment.Right is DirectionExpression reference)
            return AssignReference(assignment, reference);
        MemberReferenceExpression? property = assignment.Left as MemberReferenceExpression;
        IMethod? setter = ((property?.GetResolveResult() as MemberResolveResult)?.Member as IProperty)?.Setter;
        if (assignment.Operator == AssignmentOperatorType.Assign)
        {
            if (setter is not null)
                return Call(assignment, setter, property!.Target, [assignment.Right]);
            CExpression value = Expression(assignment.Right);
            Settle(assignment.Left, value.Type.Space);
            return Store(assignment, Expression(assignment.Left), value);
        }
        CExpression left = Expression(assignment.Left);
        if (!left.IsPure)
            throw Refuse(assignment, $"a compound assignment to a place that a call determines ({assignment.Left})");
        IMethod? custom = (resolved as InvocationResolveResult)?.Member as IMethod
            ?? (resolved as OperatorResolveResult)?.UserDefinedOperatorMethod;
        if (custom is not null && _binder.Bind(custom) is { } method)
            return Keep(Call(assignment, method, null, [left, Expression(assignment.Right)]));
        RefuseOverflowChecks(assignment);
        BinaryOperatorType operation = AssignmentExpression.GetCorrespondingBinaryOperator(assignment.Operator)
            ?? throw Refuse(assignment, $"the operator {assignment.Operator}");
        CExpression right = Expression(assignment.Right);
        bool isShift = operation is BinaryOperatorType.ShiftLeft or BinaryOperatorType.ShiftRight;
        Type type = isShift
            ? Arithmetic.Promote(left.Type.Type, left.Type.Type)
            : Arithmetic.Promote(left.Type.Type, right.Type.Type);
        return Keep(Binary(assignment, operation, left, right, type));

        CExpression Keep(CExpression value) => setter is not null && _binder.Bind(setter) is { } set
            ? Call(assignment, set, Expression(property!.Target), [value])
            : Store(assignment, left, value);
    }

    private CExpression AssignReference(AssignmentExpression assignment, DirectionExpression reference)
    {
        CExpression address = Expression(reference);
        Settle(assignment.Left, address.Type.Space);
        CExpression target = Expression(assignment.Left);
        if (target.Pointer is not { } pointer)
            throw Refuse(assignment, "an assignment of a reference");
        if (pointer.Type.Space != address.Type.Space)
            throw Refuse(assignment, "a reference that points into one memory or into another");
        return new CExpression($"{pointer.Text} = {address.Text}", Precedence.Assignment, pointer.Type)
        {
            IsPure = false,
        };
    }

    private CExpression Store(Expression node, CExpression place, CExpression value)
    {
        RequireOrder(node);
        _hasSideEffects |= place.IsIndirect;
        if (!place.IsLvalue)
            throw Refuse(node, $"an assignment to a temporary value ({node})");
        if (place.Type.IsView && place.Type.Space != value.Type.Space)
            throw Refuse(node, "a view variable of one memory or of another");
        if (place.Type.Type.IsArray)
            throw Refuse(node, "an assignment of an array");
        if (IsNumber(place.Type.Type) && Arithmetic.IsFloat(value.Type.Type) && !Arithmetic.IsFloat(place.Type.Type))
            value = Arithmetic.Cast(value, place.Type.Type);
        return new CExpression($"{place.Text} = {value.At(Precedence.Assignment)}", Precedence.Assignment, place.Type)
        {
            IsPure = false,
        };
    }

    /// <summary>An expression whose value nobody uses.</summary>
    private string StatementExpression(Expression expression) => Expression(expression).Text;

    private void RefuseOverflowChecks(Expression node)
    {
        foreach (object annotation in node.Annotations)
        {
            if (annotation is ICSharpCode.Decompiler.IL.BinaryNumericInstruction { CheckForOverflow: true }
                or ICSharpCode.Decompiler.IL.Conv { CheckForOverflow: true })
            {
                throw Refuse(node, $"checked arithmetic ({node})");
            }
        }
    }

    private static bool IsNumber(Type type) => type.IsPrimitive || type.IsEnum;
}
