using System.Reflection;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.Semantics;
using ICSharpCode.Decompiler.TypeSystem;

namespace ILGPU.Compiler;

/// <content>
/// Methods that only return an expression, of numbers or vectors, are put in place of their calls: compilers contract
/// a product and a sum to a fused multiply-add only where both stand in one expression, and a sum of ints is known to
/// be an index only where it is one.
/// </content>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// The method's result as an expression of its arguments, <c>this</c> first; null if it has no such form.
    /// </summary>
    private CExpression? Inline(MethodBase method, IReadOnlyList<CExpression> arguments)
    {
        Type result = method is MethodInfo { ReturnType: { } type } ? type : method.DeclaringType!;
        bool isNumber = IsNumber(result) && result != typeof(bool);
        return (isNumber || StructTypes.VectorWidth(result) > 0) && arguments.All(argument => argument.IsPure)
            ? _program.Inlining(method, () => new FunctionEmitter(_program, method).InlineBody(arguments))
            : null;
    }

    private CExpression? InlineBody(IReadOnlyList<CExpression> arguments)
    {
        if (!BindArguments(arguments)
            || ResultExpression(IsAppliedToVectors(_method, arguments)) is not { IsPure: true } result
            || _sharedArrays.Count > 0 || _prologue.Length > 0)
        {
            return null;
        }
        bool repeats = _parameters.Values.Any(p => p.Value is { } value && p.Uses > 1 && !IsCheap(value));
        return repeats
            ? null
            : Converted(result, _returnType.Type) with { IsLvalue = false, Pointer = null, Component = null };
    }

    private bool BindArguments(IReadOnlyList<CExpression> arguments)
    {
        int next = 0;
        if (!_method.IsStatic && !IsConstructor)
        {
            CExpression receiver = arguments[next++] with { IsReadOnly = StructTypes.IsReadOnly(_method) };
            _parameters.Add(-1, new Variable(Self, receiver.Type) { Value = receiver });
        }
        foreach (ParameterInfo parameter in _method.GetParameters())
        {
            CExpression argument = arguments[next++];
            if (argument.Type.IsReference)
            {
                if (!parameter.IsIn)
                    return false;
                argument = Dereference(argument);
            }
            // What is handed over by value may change here, wherever it came from.
            argument = Converted(argument, parameter.ParameterType) with { IsReadOnly = parameter.IsIn };
            _parameters.Add(
                parameter.Position, new Variable(parameter.Name ?? "argument", argument.Type) { Value = argument });
        }
        return true;
    }

    /// <summary>
    /// The expression that the body returns, if it has one of the forms <c>return e;</c>,
    /// <c>V v = default; v.X = …; …; return v;</c> and, in a constructor, <c>X = …; …;</c>.
    /// </summary>
    private CExpression? ResultExpression(bool onVectors)
    {
        List<Statement> statements = [.. _decompiled.Body.Statements];
        if (statements is [ReturnStatement { Expression: { } returned and not DirectionExpression }] && !IsConstructor)
        {
            bool isPossible = onVectors ? IsLanewise(returned) : WithoutSideEffects(returned);
            return isPossible ? Expression(returned) : null;
        }
        int width = StructTypes.VectorWidth(_returnType.Type);
        if (width == 0 || onVectors)
            return null;
        if (IsConstructor)
        {
            _parameters.Add(-1, new Variable(Self, _returnType));
            bool hasOnlyComponents = statements.Count == width
                || (statements.Count == width + 1 && statements[^1] is ReturnStatement);
            CExpression? created = hasOnlyComponents ? ComponentGroup(statements, 0)?.Value : null;
            return ReadsOwnResult() ? null : created;
        }
        if (statements.Count == width + 2
            && statements[0] is VariableDeclarationStatement { Variables.Count: 1 } declaration
            && declaration.Variables.Single() is { Initializer: null or DefaultValueExpression } variable
            && variable.GetILVariable() is { } local
            && statements[^1] is ReturnStatement { Expression: IdentifierExpression result }
            && result.GetILVariable() == local)
        {
            Variable own = Declare(local, new CType(_returnType.Type));
            _parameters.Add(-2, own);
            CExpression? value = ComponentGroup(statements, 1) is { } group && group.Target.Text == own.Name
                ? group.Value
                : null;
            return ReadsOwnResult() ? null : value;
        }
        return null;

        // One use is the assignment itself; any other would read a variable that does not exist where this is inlined.
        bool ReadsOwnResult() => _parameters[IsConstructor ? -1 : -2].Uses > 1;
    }

    /// <summary>Whether vectors stand for parameters that are floats.</summary>
    private static bool IsAppliedToVectors(MethodBase method, IReadOnlyList<CExpression> arguments) =>
        method.IsStatic
        && method.GetParameters().Zip(arguments)
            .Any(p => p.First.ParameterType == typeof(float) && Width(p.Second) > 0);

    /// <summary>Whether an expression of floats means the same on vectors, component by component.</summary>
    private bool IsLanewise(Expression expression) => WithoutParentheses(expression) switch
    {
        IdentifierExpression => true,
        { } constant when constant.GetResolveResult().IsCompileTimeConstant => true,
        UnaryOperatorExpression { Operator: UnaryOperatorType.Minus } negation => IsLanewise(negation.Expression),
        BinaryOperatorExpression operation => IsLanewise(operation.Left!) && IsLanewise(operation.Right!)
            && operation.Operator is BinaryOperatorType.Add or BinaryOperatorType.Subtract
                or BinaryOperatorType.Multiply or BinaryOperatorType.Divide
                or BinaryOperatorType.LessThan or BinaryOperatorType.LessThanOrEqual
                or BinaryOperatorType.GreaterThan or BinaryOperatorType.GreaterThanOrEqual,
        ConditionalExpression choice =>
            IsLanewise(choice.Condition) && IsLanewise(choice.TrueExpression) && IsLanewise(choice.FalseExpression),
        InvocationExpression call => call.Arguments.All(IsLanewise)
            && call.GetResolveResult() is InvocationResolveResult { Member: IMethod { IsStatic: true } symbol }
            && _binder.Bind(symbol) is MethodInfo { ReturnType: { } type } && type == typeof(float),
        _ => false,
    };

    private static bool WithoutSideEffects(Expression expression) =>
        !expression.DescendantsAndSelf.Any(node => node is AssignmentExpression or DirectionExpression);

    /// <summary>Whether an expression may as well be written twice: a variable, literal or component.</summary>
    private static bool IsCheap(CExpression value) =>
        value.Precedence == Precedence.Primary && !value.Text.Contains('(') && !value.Text.Contains('[');
}
