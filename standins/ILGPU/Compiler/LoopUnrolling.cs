using System.Globalization;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>Which loops get an unroll hint: those of few iterations, their number a constant.</summary>
internal static class LoopUnrolling
{
    private const int MaximumTrips = 16;

    /// <summary>Whether all iterations of the loop should be written out, if no loop is inside of it.</summary>
    internal static bool IsShort(ForStatement loop) => TripCount(loop) is > 1 and <= MaximumTrips;

    private static long? TripCount(ForStatement loop)
    {
        if (loop.Initializers.Count != 1 || loop.Iterators.Count != 1
            || loop.Initializers.Single() is not VariableDeclarationStatement { Variables.Count: 1 } declaration
            || Constant(declaration.Variables.Single().Initializer) is not long first
            || loop.Condition is not BinaryOperatorExpression condition
            || condition.Left is not IdentifierExpression tested
            || tested.GetILVariable() != declaration.Variables.Single().GetILVariable()
            || Constant(condition.Right) is not long bound
            || Step(loop.Iterators.Single()) is not long step)
        {
            return null;
        }
        return condition.Operator switch
        {
            BinaryOperatorType.LessThan => (bound - first + step - 1) / step,
            BinaryOperatorType.LessThanOrEqual => (bound - first + step) / step,
            _ => null,
        };
    }

    private static long? Step(Statement iterator) => (iterator as ExpressionStatement)?.Expression switch
    {
        AssignmentExpression { Operator: AssignmentOperatorType.Add } step
            when Constant(step.Right) is > 0 and long size => size,
        _ => null,
    };

    /// <summary>The value of a constant whole number.</summary>
    internal static long? Constant(Expression? expression) =>
        expression?.GetResolveResult() is { IsCompileTimeConstant: true, ConstantValue: int or long or uint } constant
            ? Convert.ToInt64(constant.ConstantValue, CultureInfo.InvariantCulture)
            : null;
}
