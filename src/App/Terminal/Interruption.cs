using System.Runtime.InteropServices;
using IlgpuStyle.App.Files;

namespace IlgpuStyle.App.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal as a cancellation, so that a command can end in order.
/// </summary>
/// <remarks>A second signal ends the program at once.</remarks>
internal sealed class Interruption : IDisposable
{
    private const string ShowCursor = "\e[?25h";

    private readonly TextWriter _error;
    private readonly Action<string> _tell;
    private readonly string _what;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="error">Standard error, whose terminal may show a bar.</param>
    /// <param name="tell">Tells the user.</param>
    /// <param name="what">What is done before the end.</param>
    public Interruption(TextWriter error, Action<string> tell, string what)
    {
        _error = error;
        _tell = tell;
        _what = what;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What a signal does.</summary>
    /// <returns>Whether the program goes on; else the signal ends it, and what is open is not closed.</returns>
    internal bool Take()
    {
        if (_source.IsCancellationRequested)
        {
            if (_error is GuardedWriter { IsTerminal: true })
                _error.Write(ShowCursor); // A bar has hidden it.
            AtomicFile.DeleteOpen();
            return false;
        }
        _tell($"ilgpustyle: interrupted; {_what}.");
        _source.Cancel();
        return true;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context) => context.Cancel = Take();
}
