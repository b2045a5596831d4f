using System.Runtime.InteropServices;
using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal as a cancellation, while a command has something to save; at other times
/// they end the program at once, as a second one does. The exit code is the same for all.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    private const string ShowCursor = "\e[?25h";

    /// <summary>The one that signals cancel.</summary>
    private static Interruption? _current;

    private readonly TextWriter _error;
    private readonly Action<string> _tell;
    private readonly string _what;
    private readonly CancellationTokenSource _source = new();

    /// <param name="error">Standard error, whose terminal may show a bar.</param>
    /// <param name="tell">Tells the user.</param>
    /// <param name="what">What is done before the end.</param>
    public Interruption(TextWriter error, Action<string> tell, string what)
    {
        _error = error;
        _tell = tell;
        _what = what;
        Volatile.Write(ref _current, this);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Handles signals until it is disposed of, from the program's start to its end.</summary>
    /// <param name="error">Standard error.</param>
    public static IDisposable HandleSignals(TextWriter error)
    {
        PosixSignalRegistration[] registrations =
        [
            .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
                .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
        ];
        return new Registrations(registrations);

        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            Interruption? current = Volatile.Read(ref _current);
            if (current?.Take() == true)
                return;
            if (current is null)
            {
                error.WriteLine("ilgpustyle: interrupted.");
                Tidy(error);
            }
            End((int)ExitCode.Interrupted);
        }
    }

    /// <summary>Cancels as a first signal does.</summary>
    /// <param name="why">As a sentence begins.</param>
    public void Stop(string why)
    {
        if (_source.IsCancellationRequested)
            return;
        _tell($"ilgpustyle: {why}; {_what}.");
        _source.Cancel();
    }

    /// <summary>What a signal does.</summary>
    /// <returns>Whether the program goes on; else it ends, and what is open is not closed.</returns>
    internal bool Take()
    {
        if (_source.IsCancellationRequested)
        {
            Tidy(_error);
            return false;
        }
        Stop("interrupted");
        return true;
    }

    public void Dispose()
    {
        Interlocked.CompareExchange(ref _current, null, this);
        _source.Dispose();
    }

    private static void Tidy(TextWriter error)
    {
        if (error is GuardedWriter { IsTerminal: true })
            error.Write(ShowCursor); // A bar has hidden it.
        AtomicFile.DeleteOpen();
    }

    /// <summary>
    /// Ends the process without waiting for its threads, of which one may be in the middle of a driver: what drivers do
    /// at an orderly exit then fails.
    /// </summary>
    private static void End(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        else
            ExitWithoutCleaningUp(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitWithoutCleaningUp(int code);

    private sealed class Registrations(PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (PosixSignalRegistration registration in registrations)
                registration.Dispose();
        }
    }
}
