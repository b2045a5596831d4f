namespace ILGPU.Compiler;

/// <summary>Hands out names so that no two things in one scope share one.</summary>
internal sealed class NameScope
{
    private readonly HashSet<string> _taken = [];

    /// <summary>The name itself, or with the first number behind it that makes it unique.</summary>
    internal string Unique(string name)
    {
        string candidate = name;
        for (int i = 2; !_taken.Add(candidate); i++)
        {
            candidate = $"{name}_{i}";
        }
        return candidate;
    }
}
