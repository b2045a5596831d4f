using System.Runtime.InteropServices;
using IlgpuStyle.App;
using IlgpuStyle.App.Terminal;

// Registered before a driver's compiler installs its own SIGHUP handler, which then passes signals on to ours; the
// runtime handles SIGINT and SIGTERM from the start.
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => { });
return (int)CommandLine.Run(
    args,
    GuardedWriter.ForResults(Console.Out),
    GuardedWriter.ForMessages(Console.Error, isTerminal: !Console.IsErrorRedirected));
