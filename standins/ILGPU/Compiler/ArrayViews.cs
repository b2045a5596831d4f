namespace ILGPU.Compiler;

/// <summary>Which types are views.</summary>
internal static class ArrayViews
{
    internal static bool IsView(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is Type definition
        && (definition == typeof(ArrayView<>)
            || (definition == typeof(Runtime.ArrayView1D<,>)
                && type.GenericTypeArguments[1] == typeof(Stride1D.Dense)));

    internal static Type ElementType(Type view) => view.GenericTypeArguments[0];
}
