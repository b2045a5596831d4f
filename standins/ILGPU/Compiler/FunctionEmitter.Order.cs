using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.IL;

namespace ILGPU.Compiler;

/// <content>C# evaluates from left to right; C leaves the order open.</content>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// Refuses an expression that changes something within a larger one which also uses it (<c>Draw(ref s) - Draw(ref s)</c>).
    /// </summary>
    /// <param name="change">An assignment or a call that changes something.</param>
    private void RequireOrder(Expression change)
    {
        Expression whole = change;
        while (whole.Parent is Expression parent)
        {
            whole = parent;
        }
        if (whole == change)
        {
            return;
        }
        HashSet<ILVariable?> changed = [.. Changed(change).SelectMany(VariablesIn).Select(node => node.GetILVariable())];
        if (VariablesIn(whole).FirstOrDefault(used =>
            changed.Contains(used.GetILVariable()) && !used.Ancestors.Contains(change)) is { } other)
        {
            throw Refuse(change, $"an expression that changes '{other.Identifier}' and uses it elsewhere ({whole})");
        }
    }

    /// <summary>What is stored to; of a call, what it is handed and can store to: references, its object, views.</summary>
    private IEnumerable<Expression> Changed(Expression change) => change switch
    {
        AssignmentExpression assignment => [assignment.Left],
        InvocationExpression { Target: var target, Arguments: var arguments } =>
        [
            .. (target as MemberReferenceExpression)?.Target is { } receiver ? [receiver] : (Expression[])[],
            .. arguments.Where(argument => argument is DirectionExpression { FieldDirection: not FieldDirection.In }
                || ArrayViews.IsView(BindType(argument.GetResolveResult().Type, argument))),
        ],
        _ => [],
    };

    private static IEnumerable<IdentifierExpression> VariablesIn(Expression expression) =>
        expression.DescendantsAndSelf.OfType<IdentifierExpression>().Where(node => node.GetILVariable() is not null);
}
