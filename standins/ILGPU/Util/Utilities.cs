namespace ILGPU.Util;

/// <summary>Small helpers, usable in kernels.</summary>
public static class Utilities
{
    /// <summary>Selects without a branch; both values are computed.</summary>
    public static T Select<T>(bool takeFirst, T first, T second) => takeFirst ? first : second;
}
