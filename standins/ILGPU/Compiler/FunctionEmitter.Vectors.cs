using System.Reflection;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.CSharp.Syntax.PatternMatching;
using ICSharpCode.Decompiler.Semantics;
using ICSharpCode.Decompiler.TypeSystem;

namespace ILGPU.Compiler;

/// <content>
/// Vector arithmetic. A struct of 2, 4, 8 or 16 floats is an OpenCL vector, and C# code that does the same to each of
/// its components, one after the other, becomes one operation on vectors.
/// </content>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// Emits assignments to all components of a vector, in order (<c>v.X = …; v.Y = …;</c>), as one assignment.
    /// </summary>
    /// <returns>The number of statements emitted, or 0 if these are not such assignments.</returns>
    private int EmitComponents(IReadOnlyList<Statement> statements, int first)
    {
        if (ComponentGroup(statements, first) is not { } group)
            return 0;
        Line($"{group.Target.Text} = {group.Value.At(Precedence.Assignment)};");
        return StructTypes.VectorWidth(group.Target.Type.Type);
    }

    /// <summary>
    /// The vector that a run of statements assigns, component by component, and its value as one expression.
    /// </summary>
    private (CExpression Target, CExpression Value)? ComponentGroup(IReadOnlyList<Statement> statements, int first)
    {
        if (ComponentAssignment(statements[first]) is not { } head)
            return null;
        int width = StructTypes.VectorWidth(head.Field.DeclaringType!);
        if (width == 0 || first + width > statements.Count)
            return null;
        Expression[] values = new Expression[width];
        for (int lane = 0; lane < width; lane++)
        {
            if (ComponentAssignment(statements[first + lane]) is not { } assignment
                || assignment.Operation != head.Operation
                || assignment.Field.DeclaringType != head.Field.DeclaringType
                || StructTypes.IndexOf(assignment.Field) != lane
                || !assignment.Target.IsMatch(head.Target))
            {
                return null;
            }
            values[lane] = assignment.Value;
        }
        CExpression target = Expression(head.Target);
        Type vector = head.Field.DeclaringType!;
        if (!target.IsLvalue || !target.IsPure)
            return null;
        CExpression? value = Lanes(values, target) ?? Assembled(values, vector, target);
        if (value is null)
            return null;
        if (head.Operation == AssignmentOperatorType.Assign)
            return (target, Broadcast(value, vector));
        return AssignmentExpression.GetCorrespondingBinaryOperator(head.Operation) is { } operation
            && VectorBinary(operation, target, value) is { } combined
            ? (target, combined)
            : null;
    }

    /// <summary>The parts of a statement <c>v.X = …;</c>, <c>v.X += …;</c> and so on; null for any other.</summary>
    private Assignment? ComponentAssignment(Statement statement) =>
        (statement as ExpressionStatement)?.Expression is AssignmentExpression assignment
            && assignment.Left is MemberReferenceExpression left
            && Component(left) is { } field
            ? new Assignment(left.Target, field, assignment.Operator, assignment.Right)
            : null;

    /// <summary>The field, if the expression is a component of a vector.</summary>
    private FieldInfo? Component(MemberReferenceExpression node) =>
        node.GetResolveResult() is MemberResolveResult { Member: IField { IsStatic: false } symbol }
            && _binder.Bind(symbol) is { } field && StructTypes.VectorWidth(field.DeclaringType!) > 0
            ? field
            : null;

    /// <summary>
    /// One expression for all components, if they are the same but for the components of other vectors that they read:
    /// component k reads components k. What they share stays a float.
    /// </summary>
    /// <param name="lanes">The components' values.</param>
    /// <param name="target">What is being assigned, whose components may only be read in their own lane.</param>
    private CExpression? Lanes(Expression[] lanes, CExpression? target)
    {
        lanes = Array.ConvertAll(lanes, WithoutParentheses);
        if (lanes.Skip(1).All(lane => lane.IsMatch(lanes[0])))
            return Shared(lanes[0], target);
        if (lanes.Any(lane => lane.GetType() != lanes[0].GetType()))
            return null;
        switch (lanes[0])
        {
            case MemberReferenceExpression first when Component(first) is { } field
                && StructTypes.VectorWidth(field.DeclaringType!) == lanes.Length:
                bool matches = lanes.Select((lane, k) => (Node: (MemberReferenceExpression)lane, k)).All(lane =>
                    Component(lane.Node) is { } other && other.DeclaringType == field.DeclaringType
                    && StructTypes.IndexOf(other) == lane.k && lane.Node.Target.IsMatch(first.Target));
                return matches && Expression(first.Target) is { IsPure: true } source ? source : null;
            case BinaryOperatorExpression first when IsFloatOperation(first)
                && lanes.All(lane => IsSameOperation(lane, first)):
                return Lanes([.. lanes.Select(lane => ((BinaryOperatorExpression)lane).Left!)], target) is { } left
                    && Lanes([.. lanes.Select(lane => ((BinaryOperatorExpression)lane).Right!)], target) is { } right
                    ? VectorBinary(first.Operator, left, right)
                    : null;
            case UnaryOperatorExpression { Operator: UnaryOperatorType.Minus }
                when lanes.All(lane => lane is UnaryOperatorExpression { Operator: UnaryOperatorType.Minus }):
                Expression[] operands = Array.ConvertAll(lanes, lane => ((UnaryOperatorExpression)lane).Expression);
                return Lanes(operands, target) is { } operand ? Negate(operand) : null;
            case ConditionalExpression:
                return LaneChoice(
                    [.. lanes.Select(lane => ((ConditionalExpression)lane).Condition)],
                    [.. lanes.Select(lane => ((ConditionalExpression)lane).TrueExpression)],
                    [.. lanes.Select(lane => ((ConditionalExpression)lane).FalseExpression)],
                    target);
            case InvocationExpression first:
                return LaneCall(first, lanes, target);
            default:
                return null;
        }
    }

    /// <summary>A value that all components share.</summary>
    private CExpression? Shared(Expression value, CExpression? target)
    {
        CExpression shared = Expression(value);
        bool isSafe = shared.IsPure && IsNumber(shared.Type.Type) && (target is null || !MayRead(shared, target));
        return isSafe ? Arithmetic.Cast(shared, typeof(float)) : null;
    }

    /// <summary>
    /// Whether a value may change when a component of the target is stored: it names the target, or reads memory that
    /// the target may lie in, or, where some reference to a local exists, is anything but a literal.
    /// </summary>
    private bool MayRead(CExpression value, CExpression target)
    {
        if (_variables.Values.Any(local => local.Type is { IsReference: true, Space: AddressSpace.Private }))
        {
            bool isLiteral = value.Precedence == Precedence.Primary && char.IsAsciiDigit(value.Text[0]);
            return !isLiteral;
        }
        return target.IsIndirect
            ? value.Constant is null && !value.Text.All(c => char.IsLetterOrDigit(c) || c is '_' or '.')
            : value.Text.Contains(target.At(Precedence.Primary), StringComparison.Ordinal);
    }

    /// <summary>The vector literal of unlike components.</summary>
    private CExpression? Assembled(Expression[] components, Type vector, CExpression? target)
    {
        CExpression?[] values = Array.ConvertAll(components, component => Shared(component, target));
        return Array.TrueForAll(values, value => value is not null)
            ? new CExpression(
                $"({TypeName(vector)})({string.Join(", ", values.Select(value => value!.At(Precedence.Assignment)))})",
                Precedence.Unary,
                new CType(vector))
            : null;
    }

    /// <summary>
    /// The number of components, if any of the values is a vector; the others are floats that they share.
    /// </summary>
    private static int Width(params ReadOnlySpan<CExpression> values)
    {
        int width = 0;
        foreach (CExpression value in values)
            width = Math.Max(width, StructTypes.VectorWidth(value.Type.Type));
        return width;
    }

    private static CExpression? VectorBinary(BinaryOperatorType operation, CExpression left, CExpression right)
    {
        Type vector = Width(left) > 0 ? left.Type.Type : right.Type.Type;
        return operation switch
        {
            BinaryOperatorType.Subtract when left.Text == "-0.0f" => Negate(right),
            BinaryOperatorType.Add => Arithmetic.Plain("+", Precedence.Additive, left, right, vector),
            BinaryOperatorType.Subtract => Arithmetic.Plain("-", Precedence.Additive, left, right, vector),
            BinaryOperatorType.Multiply => Arithmetic.Plain("*", Precedence.Multiplicative, left, right, vector),
            BinaryOperatorType.Divide => Arithmetic.Plain("/", Precedence.Multiplicative, left, right, vector),
            BinaryOperatorType.LessThan => Comparison("<", Precedence.Relational),
            BinaryOperatorType.LessThanOrEqual => Comparison("<=", Precedence.Relational),
            BinaryOperatorType.GreaterThan => Comparison(">", Precedence.Relational),
            BinaryOperatorType.GreaterThanOrEqual => Comparison(">=", Precedence.Relational),
            BinaryOperatorType.Equality => Comparison("==", Precedence.Equality),
            BinaryOperatorType.InEquality => Comparison("!=", Precedence.Equality),
            _ => null,
        };

        CExpression Comparison(string symbol, Precedence precedence) =>
            Arithmetic.Plain(symbol, precedence, left, right, vector) with { IsMask = true };
    }

    /// <summary>A vector with the opposite sign in every component.</summary>
    private static CExpression Negate(CExpression vector) =>
        new($"-{vector.At(Precedence.Primary)}", Precedence.Unary, vector.Type) { IsPure = vector.IsPure };

    /// <summary>A choice made for each component or, if they share the condition, for all.</summary>
    private CExpression Choice(CExpression condition, CExpression yes, CExpression no)
    {
        Type vector = Width(condition) > 0 ? condition.Type.Type : Width(yes) > 0 ? yes.Type.Type : no.Type.Type;
        string text = string.Join(
            " ",
            condition.At(Precedence.Primary),
            "?",
            Broadcast(yes, vector).At(Precedence.Unary),
            ":",
            Broadcast(no, vector).At(Precedence.Unary));
        return new CExpression(text, Precedence.Conditional, new CType(vector))
        {
            IsPure = condition.IsPure && yes.IsPure && no.IsPure,
        };
    }

    /// <summary>A condition for each component, or one that they share.</summary>
    private CExpression? Condition(Expression[] conditions, CExpression? target)
    {
        conditions = Array.ConvertAll(conditions, WithoutParentheses);
        if (conditions.Skip(1).All(condition => condition.IsMatch(conditions[0])))
        {
            CExpression shared = Expression(conditions[0]);
            return shared.IsPure && (target is null || !MayRead(shared, target)) ? shared : null;
        }
        return conditions[0] is BinaryOperatorExpression first
            && conditions.All(c => c is BinaryOperatorExpression comparison && comparison.Operator == first.Operator)
            && Lanes([.. conditions.Select(c => ((BinaryOperatorExpression)c).Left!)], target) is { } left
            && Lanes([.. conditions.Select(c => ((BinaryOperatorExpression)c).Right!)], target) is { } right
            && Width(left, right) > 0
            && VectorBinary(first.Operator, left, right) is { IsMask: true } mask
            ? mask
            : null;
    }

    private CExpression? LaneChoice(Expression[] conditions, Expression[] yes, Expression[] no, CExpression? target) =>
        Lanes(yes, target) is { } whenTrue && Lanes(no, target) is { } whenFalse
            && Condition(conditions, target) is { } condition
            && Width(condition, whenTrue, whenFalse) > 0
            ? Choice(condition, whenTrue, whenFalse)
            : null;

    private CExpression? LaneCall(InvocationExpression first, Expression[] lanes, CExpression? target)
    {
        if (first.GetResolveResult() is not InvocationResolveResult { Member: IMethod { IsStatic: true } symbol }
            || _binder.Bind(symbol) is not MethodInfo method
            || !lanes.All(lane => lane.GetResolveResult() is InvocationResolveResult { Member: IMethod other }
                && Equals(_binder.Bind(other), method)))
        {
            return null;
        }
        Expression[][] arguments = [.. Enumerable.Range(0, first.Arguments.Count)
            .Select(i => lanes.Select(lane => ((InvocationExpression)lane).Arguments[i]).ToArray())];
        if (Intrinsics.IsSelect(method))
            return LaneChoice(arguments[0], arguments[1], arguments[2], target);
        List<CExpression> values = [];
        foreach (Expression[] argument in arguments)
        {
            if (Lanes(argument, target) is not { } value)
                return null;
            values.Add(value);
        }
        return VectorCall(method, values);
    }

    /// <summary>A function of floats, applied to each component.</summary>
    private CExpression? VectorCall(MethodInfo method, List<CExpression> arguments)
    {
        if (arguments.Find(argument => Width(argument) > 0)?.Type.Type is not { } vector
            || method.ReturnType != typeof(float))
        {
            return null;
        }
        if (Intrinsics.IsSelect(method))
            return Choice(arguments[0], arguments[1], arguments[2]);
        return MathIntrinsics.EmitVector(method, vector, arguments.ConvertAll(argument => Broadcast(argument, vector)))
            ?? Inline(method, arguments);
    }

    /// <summary>The vector, or one with the float in all components.</summary>
    private CExpression Broadcast(CExpression value, Type vector) =>
        StructTypes.VectorWidth(value.Type.Type) > 0
            ? value
            : new CExpression($"({TypeName(vector)})({value.Text})", Precedence.Unary, new CType(vector))
            {
                IsPure = value.IsPure,
            };

    /// <summary>
    /// A vector from its components' values; component constructors are those that only store their parameters.
    /// </summary>
    private CExpression? CreateVector(ObjectCreateExpression creation, ConstructorInfo constructor)
    {
        Type type = constructor.DeclaringType!;
        if (StructTypes.VectorWidth(type) != creation.Arguments.Count || !IsComponentConstructor(constructor))
            return null;
        Expression[] components = [.. creation.Arguments];
        return Lanes(components, null) is { } value ? Broadcast(value, type) : Assembled(components, type, null);
    }

    private bool IsComponentConstructor(ConstructorInfo constructor)
    {
        if (AssemblyDecompiler.Decompile(constructor) is not { } decompiled)
            return false;
        int position = 0;
        foreach (Statement statement in decompiled.Body.Statements)
        {
            if (statement is ReturnStatement)
                continue;
            if (ComponentAssignment(statement) is not { Operation: AssignmentOperatorType.Assign } assignment
                || assignment.Target is not ThisReferenceExpression
                || StructTypes.IndexOf(assignment.Field) != position
                || assignment.Value is not IdentifierExpression parameter
                || parameter.GetILVariable()?.Index != position)
            {
                return false;
            }
            position++;
        }
        return position == constructor.GetParameters().Length;
    }

    private bool IsFloatOperation(BinaryOperatorExpression node) =>
        node.Operator is BinaryOperatorType.Add or BinaryOperatorType.Subtract
            or BinaryOperatorType.Multiply or BinaryOperatorType.Divide
        && node.GetResolveResult() is OperatorResolveResult { UserDefinedOperatorMethod: null } resolved
        && _binder.Bind(resolved.Type) == typeof(float);

    private bool IsSameOperation(Expression lane, BinaryOperatorExpression first) =>
        lane is BinaryOperatorExpression other && other.Operator == first.Operator && IsFloatOperation(other);

    private static Expression WithoutParentheses(Expression expression) =>
        expression is ParenthesizedExpression inner ? WithoutParentheses(inner.Expression) : expression;

    /// <summary>An assignment to a component of a vector.</summary>
    /// <param name="Target">The vector.</param>
    /// <param name="Field">The component.</param>
    /// <param name="Operation">=, += and so on.</param>
    /// <param name="Value">The right side.</param>
    private sealed record Assignment(
        Expression Target, FieldInfo Field, AssignmentOperatorType Operation, Expression Value);
}
