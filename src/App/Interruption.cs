using System.Runtime.InteropServices;

namespace IlgpuStyle.App;

/// <summary>
/// Ctrl-C, SIGTERM and the end of the terminal as a cancellation, so that a command can end in order.
/// </summary>
/// <remarks>A second signal ends the program at once.</remarks>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="error">Where the user is told.</param>
    /// <param name="what">What is done before the end.</param>
    public Interruption(TextWriter error, string what)
    {
        void Handle(PosixSignalContext context)
        {
            if (_source.IsCancellationRequested)
                return;
            context.Cancel = true;
            error.WriteLine($"ilgpustyle: interrupted; {what}.");
            _source.Cancel();
        }

        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }
}
