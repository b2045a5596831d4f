using System.Reflection;
using System.Reflection.Emit;

namespace IlgpuStyle.Kernels.Tests;

/// <summary>Reads the IL of a device method and of all that it calls in its assembly.</summary>
internal static class InstructionReader
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>
    /// Whether a method computes with values of a type: as parameter, local, result or field, by itself or as an
    /// element of a view, or, a double, as a constant or a conversion.
    /// </summary>
    public static bool Uses(MethodBase method, Type type) => Uses(method, type, []);

    private static bool Uses(MethodBase method, Type type, HashSet<MethodBase> seen)
    {
        if (!seen.Add(method) || method.GetMethodBody() is not { } body)
            return false;
        if (method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(body.LocalVariables.Select(local => local.LocalType))
            .Append((method as MethodInfo)?.ReturnType ?? typeof(void))
            .Any(used => Holds(used, type)))
        {
            return true;
        }
        foreach ((OpCode code, int token) in Read(body.GetILAsByteArray()!))
        {
            if (type == typeof(double) && (code == OpCodes.Ldc_R8 || code == OpCodes.Conv_R8))
                return true;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok)
            {
                MemberInfo member = method.Module.ResolveMember(
                    token,
                    method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
                    method.IsGenericMethod ? method.GetGenericArguments() : null)!;
                if (member is FieldInfo field && Holds(field.FieldType, type)
                    || member is MethodBase called && called.Module == method.Module && Uses(called, type, seen))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static bool Holds(Type used, Type type) =>
        used == type
        || (used.HasElementType && Holds(used.GetElementType()!, type))
        || used.GetGenericArguments().Any(argument => Holds(argument, type));

    private static IEnumerable<(OpCode Code, int Token)> Read(byte[] il)
    {
        for (int i = 0; i < il.Length;)
        {
            short value = il[i++];
            if (value == 0xFE)
                value = (short)(0xFE00 | il[i++]);
            OpCode code = OpCodesByValue[value];
            int token = 0;
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    i += 1;
                    break;
                case OperandType.InlineVar:
                    i += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    i += 8;
                    break;
                case OperandType.InlineSwitch:
                    i += 4 + 4 * BitConverter.ToInt32(il, i);
                    break;
                default:
                    token = BitConverter.ToInt32(il, i);
                    i += 4;
                    break;
            }
            yield return (code, token);
        }
    }
}
