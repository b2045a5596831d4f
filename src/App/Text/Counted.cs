namespace IlgpuStyle.App.Text;

/// <summary>Numbers of things in sentences.</summary>
internal static class Counted
{
    /// <summary>"1 step", "2 steps".</summary>
    public static string Of(long number, string thing) => number == 1 ? $"1 {thing}" : $"{number} {thing}s";
}
