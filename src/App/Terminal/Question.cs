namespace IlgpuStyle.App.Terminal;

/// <summary>Asks the user who sits at a terminal.</summary>
internal static class Question
{
    /// <summary>Asks on standard error and reads a line of standard input; null where nobody can answer.</summary>
    public static Func<string, string?> On(TextWriter error) => question =>
    {
        if (error is not GuardedWriter { IsTerminal: true } || Console.IsInputRedirected)
            return null;
        error.Write(question);
        error.Flush();
        return Console.In.ReadLine()?.Trim();
    };
}
