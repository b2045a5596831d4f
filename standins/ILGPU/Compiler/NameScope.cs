namespace ILGPU.Compiler;

/// <summary>Hands out names so that no two things in one scope share one.</summary>
/// <param name="program">Of a function's scope, the program's: neither hands out a name of the other.</param>
internal sealed class NameScope(NameScope? program = null)
{
    private readonly HashSet<string> _taken = [];
    private readonly HashSet<string> _takenInFunctions = [];

    /// <summary>The name itself, or with the first number behind it that makes it unique.</summary>
    internal string Unique(string name)
    {
        string candidate = name;
        for (int i = 2; IsTaken(candidate); i++)
            candidate = $"{name}_{i}";
        _taken.Add(candidate);
        program?._takenInFunctions.Add(candidate);
        return candidate;
    }

    private bool IsTaken(string name) =>
        _taken.Contains(name) || _takenInFunctions.Contains(name) || program?._taken.Contains(name) == true;
}
