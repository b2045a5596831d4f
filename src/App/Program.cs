using System.Runtime.InteropServices;
using IlgpuStyle.App;

// The runtime's handler must be there before a driver's compiler brings its own, which then hands signals on to it: for
// the others it is from the start.
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => { });
return (int)CommandLine.Run(
    args,
    GuardedWriter.ForResults(Console.Out),
    GuardedWriter.ForMessages(Console.Error, isTerminal: !Console.IsErrorRedirected));
