namespace ILGPU;

/// <summary>What members that mean something only in a kernel do on the host.</summary>
internal static class KernelOnly
{
    internal static InvalidOperationException Error(string member) =>
        new($"{member} has a meaning only inside a kernel; it was called on the host.");
}
