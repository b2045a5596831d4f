using System.Runtime.InteropServices;

namespace IlgpuStyle.App;

/// <summary>Ctrl-C and SIGTERM as a cancellation: the run finishes its step and saves the picture.</summary>
/// <remarks>A second signal ends the program at once.</remarks>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption(TextWriter error)
    {
        void Handle(PosixSignalContext context)
        {
            if (_source.IsCancellationRequested)
                return;
            context.Cancel = true;
            error.WriteLine("ilgpustyle: interrupted; finishing the step and saving the picture.");
            _source.Cancel();
        }

        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
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
