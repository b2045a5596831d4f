using IlgpuStyle.App;

return (int)CommandLine.Run(
    args,
    GuardedWriter.ForResults(Console.Out),
    GuardedWriter.ForMessages(Console.Error, isTerminal: !Console.IsErrorRedirected));
