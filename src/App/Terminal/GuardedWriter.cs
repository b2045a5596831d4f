using System.Text;
using IlgpuStyle.App.Errors;

namespace IlgpuStyle.App.Terminal;

/// <summary>
/// A standard stream whose disk may be full or whose terminal may be gone: what then happens is not left to whoever
/// writes to it.
/// </summary>
/// <param name="stream">Where to write.</param>
/// <param name="failed">Told of each write that failed.</param>
internal sealed class GuardedWriter(TextWriter stream, Action<Exception> failed) : TextWriter
{
    /// <summary>Standard output: a result that nobody gets is a failure.</summary>
    public static GuardedWriter ForResults(TextWriter stream) => new(
        stream,
        exception => throw new OutputFileException(
            $"Standard output cannot be written: {exception.Message.TrimEnd('.')}.", exception));

    /// <summary>Standard error: a message that nobody gets must not cost a picture.</summary>
    public static GuardedWriter ForMessages(TextWriter stream, bool isTerminal) =>
        new(stream, _ => { }) { IsTerminal = isTerminal };

    /// <summary>Whether somebody sees it, and lines can be drawn anew.</summary>
    public bool IsTerminal { get; private init; }

    public override Encoding Encoding => stream.Encoding;

    public override void Write(char value) => Guard(() => stream.Write(value));

    public override void Write(string? value) => Guard(() => stream.Write(value));

    public override void WriteLine(string? value) => Guard(() => stream.WriteLine(value));

    public override void Flush() => Guard(stream.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException
            or UnauthorizedAccessException) // What .NET makes of a stream that the shell has closed.
        {
            failed(exception);
        }
    }
}
