using IlgpuStyle.App;
using IlgpuStyle.App.Terminal;

GuardedWriter error = GuardedWriter.ForMessages(Console.Error, isTerminal: !Console.IsErrorRedirected);
// Before a driver's compiler installs a handler of its own for SIGHUP, which then passes signals on to ours.
using IDisposable signals = Interruption.HandleSignals(error);
return (int)CommandLine.Run(args, GuardedWriter.ForResults(Console.Out), error);
