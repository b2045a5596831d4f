using System.Reflection;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.CSharp.Syntax;
using ICSharpCode.Decompiler.TypeSystem;

namespace ILGPU.Compiler;

/// <content>Calls.</content>
internal sealed partial class FunctionEmitter
{
    private CExpression Call(Expression node, IMethod symbol, Expression? target, IEnumerable<Expression> arguments)
    {
        MethodBase method = _binder.Bind(symbol) ?? throw Refuse(node, $"method {symbol.Name}, which can't be found,");
        if (typeof(Delegate).IsAssignableFrom(method.DeclaringType))
            throw Refuse(node, $"a call through a delegate ({node})");
        CExpression? receiver = target is null || method.IsStatic ? null : Expression(target);
        if (method.DeclaringType!.IsInterface)
        {
            Type? type = receiver?.Type.Type
                ?? (target is TypeReferenceExpression reference
                    ? BindType(reference.GetResolveResult().Type, node)
                    : null);
            method = Implementation((MethodInfo)method, type, node);
        }
        ParameterInfo[] parameters = method.GetParameters();
        List<CExpression> values = [];
        foreach (Expression argument in arguments)
        {
            Type? declared = values.Count < parameters.Length ? parameters[values.Count].ParameterType : null;
            values.Add(declared is { IsByRef: true }
                ? ReferenceArgument(argument, declared.GetElementType()!)
                : Expression(argument));
        }
        return Call(node, method, receiver, values);
    }

    private CExpression Call(Expression node, MethodBase method, CExpression? receiver, List<CExpression> arguments)
    {
        if (IsAppliedToVectors(method, arguments))
        {
            // An impure expression makes the caller, who tries to apply a function of floats to vectors, give up.
            CExpression impossible = new(string.Empty, Precedence.Primary, arguments[0].Type) { IsPure = false };
            return VectorCall((MethodInfo)method, arguments) ?? impossible;
        }
        if (Intrinsics.Emit(this, node, method, receiver, arguments) is { } intrinsic)
        {
            _hasSideEffects |= !intrinsic.IsPure;
            if (!intrinsic.IsPure)
                RequireOrder(node);
            return intrinsic;
        }
        if (receiver is not null && method is MethodInfo accessor && StructTypes.BackingField(accessor) is { } field)
        {
            CExpression place = Field(receiver, field, node);
            return arguments.Count == 0 ? place with { IsLvalue = false } : Store(node, place, arguments[0]);
        }
        if (method is ConstructorInfo && node is InvocationExpression && receiver is not null)
        {
            // this(…) in a constructor.
            return Store(node, receiver, Call(node, method, null, arguments));
        }
        RefuseUncallable(node, method);
        List<CExpression> all = [];
        if (!method.IsStatic && method is not ConstructorInfo)
        {
            all.Add(
                receiver ?? throw Refuse(node, $"a call of {KernelRestrictions.Describe(method)} without an object"));
        }
        all.AddRange(method.GetParameters().Zip(arguments, (parameter, argument) =>
            Converted(argument, parameter.ParameterType)));
        if (Inline(method, all) is { } inlined)
            return inlined;
        bool needsCopy = receiver is { IsReadOnly: true } && !StructTypes.IsReadOnly(method);
        if (receiver is { IsLvalue: true } && all.Count > arguments.Count && !needsCopy)
            all[0] = AddressOf(receiver, node);
        EmittedFunction function = _program.Require(method, [.. all.Select(argument => argument.Type)])
            ?? throw Refuse(node, $"recursion through {KernelRestrictions.Describe(method)}");
        IEnumerable<string> shared = function.SharedArrays
            .Select(array => AddSharedArray(array.ElementType, array.Length).Name);
        IEnumerable<string> passed = all.Select(argument => argument.At(Precedence.Assignment)).Concat(shared);
        CExpression call = new(
            $"{function.Name}({string.Join(", ", passed)})", Precedence.Primary, function.ReturnType)
        {
            IsPure = function.IsPure && all.TrueForAll(argument => argument.IsPure),
        };
        _hasSideEffects |= !function.IsPure;
        if (!function.IsPure)
            RequireOrder(node);
        _hasLoops |= function.HasLoops;
        return function.ReturnType.IsReference
            ? Dereference(call) with { IsReadOnly = StructTypes.ReturnsReadOnly((MethodInfo)method) }
            : call;
    }

    /// <summary>A reference to the argument, or its value where an <c>in</c> parameter gets a temporary.</summary>
    private CExpression ReferenceArgument(Expression argument, Type declared)
    {
        Expression inner = argument is DirectionExpression direction ? direction.Expression : argument;
        CExpression value = Expression(inner);
        bool isConverted = IsNumber(declared) && value.Type.Type != declared;
        return value.IsLvalue && !isConverted ? AddressOf(value, argument) : value;
    }

    /// <summary>
    /// A number in the type that it is handed over in: C# converts arguments and results without a cast. So would C,
    /// but here a function has the types of its arguments, and none where it is inlined.
    /// </summary>
    internal static CExpression Converted(CExpression value, Type declared)
    {
        Type type = declared.IsByRef ? declared.GetElementType()! : declared;
        return IsNumber(type) && IsNumber(value.Type.Type) && !value.Type.IsReference
            ? Arithmetic.Cast(value, type)
            : value;
    }

    /// <summary>The struct's method behind a call through a constraint.</summary>
    private MethodInfo Implementation(MethodInfo declared, Type? type, Expression node)
    {
        if (type is not { IsValueType: true })
            throw Refuse(node, $"a virtual call of {KernelRestrictions.Describe(declared)}");
        MethodInfo open = declared.IsGenericMethod ? declared.GetGenericMethodDefinition() : declared;
        InterfaceMapping map = type.GetInterfaceMap(declared.DeclaringType!);
        MethodInfo found = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, open)];
        return declared.IsGenericMethod ? found.MakeGenericMethod(declared.GetGenericArguments()) : found;
    }

    private void RefuseUncallable(Expression node, MethodBase method)
    {
        string name = KernelRestrictions.Describe(method);
        if (!method.IsStatic && !method.DeclaringType!.IsValueType)
            throw Refuse(node, $"a call of {name}, an instance method of a class,");
        if (KernelCompiler.IsFramework(method.Module.Assembly))
        {
            throw Refuse(
                node,
                $"a call of {method.DeclaringType!.FullName}.{method.Name}, which has no counterpart on a device,");
        }
        if (method.GetMethodBody() is null)
            throw Refuse(node, $"a call of {name}, which has no IL,");
    }
}
