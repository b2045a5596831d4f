using System.Globalization;
using System.Reflection;
using ICSharpCode.Decompiler.CSharp.Syntax;

namespace ILGPU.Compiler;

/// <summary>Members of views. A view is a struct of a pointer and a length in C.</summary>
internal static class ViewIntrinsics
{
    /// <summary>A member of a view type.</summary>
    internal static CExpression Emit(
        FunctionEmitter emitter, Expression node, MethodBase method, CExpression? receiver, List<CExpression> arguments)
    {
        if (method.Name == "op_Implicit")
            return arguments[0];
        CExpression view = receiver ?? throw emitter.Refuse(node, "a view that a kernel creates");
        CExpression length = new($"{view.At(Precedence.Primary)}.length", Precedence.Primary, new CType(typeof(long)))
        {
            IsPure = view.IsPure,
        };
        Type element = ArrayViews.ElementType(view.Type.Type);
        switch (method.Name)
        {
            case "get_Item":
                CExpression index = IndexValue(arguments[0]);
                return new CExpression(
                    $"{view.At(Precedence.Primary)}.data[{Arithmetic.Index(index)}]",
                    Precedence.Primary,
                    new CType(element))
                {
                    IsLvalue = true,
                    IsIndirect = true,
                    IsPure = view.IsPure && index.IsPure,
                    Location = view.Type.Space,
                };
            case "get_Length":
                return length;
            case "get_IntLength":
                return Arithmetic.Cast(length, typeof(int));
            case "get_LengthInBytes":
                CExpression size = Arithmetic.Literal((long)StructTypes.Layout(element).Size, typeof(long));
                return Arithmetic.Wrapping("*", length, size, typeof(long));
            case "get_BaseView":
                return view;
            case "SubView":
                return SubView(emitter, node, view, length, arguments);
            case "Cast":
                return CastView(emitter, node, method, view, element);
            default:
                throw emitter.Refuse(node, $"{method.Name} of a view");
        }
    }

    private static CExpression SubView(
        FunctionEmitter emitter, Expression node, CExpression view, CExpression length, List<CExpression> arguments)
    {
        RequirePure(emitter, node, view);
        CExpression start = IndexValue(arguments[0]);
        if (arguments.Count == 1)
            RequirePure(emitter, node, start);
        CExpression rest = arguments.Count > 1
            ? IndexValue(arguments[1])
            : Arithmetic.Plain("-", Precedence.Additive, length, start.Wide ?? start, typeof(long));
        string data = $"{view.At(Precedence.Primary)}.data + {(start.Wide ?? start).At(Precedence.Multiplicative)}";
        return View(emitter, node, view.Type, data, Arithmetic.Index(rest)) with
        {
            IsPure = start.IsPure && rest.IsPure,
        };
    }

    private static CExpression CastView(
        FunctionEmitter emitter, Expression node, MethodBase method, CExpression view, Type element)
    {
        RequirePure(emitter, node, view);
        Type target = method.GetGenericArguments()[0];
        if (!StructTypes.HasLayoutOfC(target))
            throw emitter.Refuse(node, $"a view of {target.Name}, whose fields .NET lays out otherwise than C");
        CType type = new(typeof(ArrayView<>).MakeGenericType(target), view.Type.Space);
        string pointer = $"{TypeMapper.Qualifier(view.Type.Space)}{emitter.TypeName(target, node)}*";
        string name = view.At(Precedence.Primary);
        int from = StructTypes.Layout(element).Size;
        int to = StructTypes.Layout(target).Size;
        string length = to % from == 0 ? Scaled("/", to / from)
            : from % to == 0 ? Scaled("*", from / to)
            : $"{name}.length * {from}L / {to}L";
        return View(emitter, node, type, $"({pointer}){name}.data", length);

        string Scaled(string symbol, int factor) =>
            factor == 1
                ? $"{name}.length"
                : string.Create(CultureInfo.InvariantCulture, $"{name}.length {symbol} {factor}L");
    }

    private static CExpression View(FunctionEmitter emitter, Expression node, CType type, string data, string length) =>
        new($"({emitter.TypeName(type, node)}){{ {data}, {length} }}", Precedence.Primary, type);

    /// <summary>Shared memory.</summary>
    internal static CExpression Shared(FunctionEmitter emitter, Expression node, MethodBase method, int length)
    {
        Type element = method.GetGenericArguments()[0];
        SharedArray shared = emitter.AddSharedArray(element, length);
        CType type = new(typeof(ArrayView<>).MakeGenericType(element), AddressSpace.Local);
        return View(emitter, node, type, shared.Name, $"{length}L");
    }

    /// <summary>Memory of a single thread.</summary>
    internal static CExpression Local(FunctionEmitter emitter, Expression node, MethodBase method, int length)
    {
        Type element = method.GetGenericArguments()[0];
        CType type = new(typeof(ArrayView<>).MakeGenericType(element), AddressSpace.Private);
        return View(emitter, node, type, emitter.AddPrivateArray(element, length), $"{length}L");
    }

    /// <summary>The int or long in an index.</summary>
    private static CExpression IndexValue(CExpression index)
    {
        Type type = index.Type.Type;
        return type.IsPrimitive
            ? index
            : index with
            {
                Text = $"{index.At(Precedence.Primary)}.{TypeMapper.FieldName(StructTypes.InstanceFields(type)[0])}",
                Precedence = Precedence.Primary,
                Type = new CType(StructTypes.InstanceFields(type)[0].FieldType),
            };
    }

    private static void RequirePure(FunctionEmitter emitter, Expression node, CExpression expression)
    {
        if (!expression.IsPure)
        {
            throw emitter.Refuse(
                node, $"a piece of a view that a call determines ({node}); give it a variable of its own");
        }
    }
}
