using System.Reflection;
using Xunit.Sdk;

namespace IlgpuStyle.Testing;

/// <summary>A theory's case that simulated devices leave out, as <see cref="TestDevice.Affords"/> says.</summary>
/// <param name="work">Elements or multiply-adds of the case.</param>
/// <param name="data">The case.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class LargeInlineDataAttribute(long work, params object[] data) : DataAttribute
{
    /// <summary>Elements or multiply-adds of the case.</summary>
    public long Work { get; } = work;

    /// <summary>The case.</summary>
    public IReadOnlyList<object> Data { get; } = data;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        TestDevice.Affords(Work) ? [[.. Data]] : [];
}
