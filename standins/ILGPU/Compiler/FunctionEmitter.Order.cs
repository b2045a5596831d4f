using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.IL;
using ICSharpCode.Decompiler.Semantics;
using ICSharpCode.Decompiler.TypeSystem;

namespace ILGPU.Compiler;

/// <content>C# evaluates from left to right; C leaves the order open.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// Refuses an expression that changes something within a larger one which also uses it
    /// (<c>Draw(ref s) - Draw(ref s)</c>).
    /// </summary>
    /// <param name="change">An assignment or a call that changes something.</param>
    private void RequireOrder(Expression change)
    {
        Expression whole = change;
        while (whole.Parent is Expression parent)
            whole = parent;
        if (whole == change)
            return;
        HashSet<object> changed = [.. Changed(change).SelectMany(VariablesIn).Select(Named)];
        if (VariablesIn(whole).FirstOrDefault(used =>
            changed.Contains(Named(used)) && !used.Ancestors.Contains(change) && !IsOnlySet(used)) is { } other)
        {
            throw Refuse(change, $"an expression that changes '{other}' and uses it elsewhere ({whole})");
        }
    }

    /// <summary>
    /// Whether a variable's use only says where the whole expression's value goes, which both languages store last.
    /// </summary>
    private static bool IsOnlySet(Expression used)
    {
        Expression place = used;
        while (place.Parent is MemberReferenceExpression member)
            place = member;
        return place.Parent is AssignmentExpression { Operator: AssignmentOperatorType.Assign, Parent: Statement } whole
            && whole.Left == place;
    }

    /// <summary>
    /// What is stored to; of a call, what it is handed and can store to: references, its object, views.
    /// </summary>
    private IEnumerable<Expression> Changed(Expression change) => change switch
    {
        AssignmentExpression assignment => [assignment.Left],
        InvocationExpression { Target: var target, Arguments: var arguments } =>
        [
            .. target is MemberReferenceExpression { Target: { } receiver } && !IsReadOnly(change)
                ? [receiver]
                : (Expression[])[],
            .. arguments.Where(argument => argument is DirectionExpression { FieldDirection: not FieldDirection.In }
                || ArrayViews.IsView(BindType(argument.GetResolveResult().Type, argument))),
        ],
        _ => [],
    };

    /// <summary>Whether a call is of a method that may not change its object.</summary>
    private bool IsReadOnly(Expression call) =>
        call.GetResolveResult() is InvocationResolveResult { Member: IMethod symbol }
        && _binder.Bind(symbol) is { IsStatic: false } method && StructTypes.IsReadOnly(method);

    private static IEnumerable<Expression> VariablesIn(Expression expression) =>
        expression.DescendantsAndSelf.OfType<Expression>()
            .Where(node => node is ThisReferenceExpression || VariableOf(node) is not null);

    /// <summary>The variable that an expression names, or what stands for <c>this</c>.</summary>
    private static object Named(Expression variable) => VariableOf(variable) is { } named ? named : Self;

    private static ILVariable? VariableOf(Expression node) => (node as IdentifierExpression)?.GetILVariable();
}
