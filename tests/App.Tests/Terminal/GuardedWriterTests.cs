using IlgpuStyle.App.Errors;
using IlgpuStyle.App.Terminal;

namespace IlgpuStyle.App.Tests.Terminal;

public sealed class GuardedWriterTests
{
    [Fact]
    public void A_message_that_nobody_can_get_is_dropped()
    {
        using var full = new FullDisk();
        using var messages = GuardedWriter.ForMessages(full, isTerminal: false);
        messages.WriteLine("line");
        messages.Write("text");
        messages.Write('c');
        messages.Flush();
        Assert.Equal(4, full.Writes);
    }

    [Fact]
    public void A_result_that_nobody_can_get_is_a_failure()
    {
        using var full = new FullDisk();
        using var results = GuardedWriter.ForResults(full);
        OutputFileException exception = Assert.Throws<OutputFileException>(() => results.WriteLine("out.png"));
        Assert.Equal("Standard output cannot be written: No space left on device.", exception.Message);
    }

    /// <summary>As the shell's 2&gt;&amp;- does.</summary>
    [Fact]
    public void A_closed_stream_is_like_a_full_disk()
    {
        using var closed = new FullDisk { Refusal = new UnauthorizedAccessException("Access is denied.") };
        using var messages = GuardedWriter.ForMessages(closed, isTerminal: false);
        messages.WriteLine("line");
        Assert.Equal(1, closed.Writes);
        using var results = GuardedWriter.ForResults(closed);
        OutputFileException exception = Assert.Throws<OutputFileException>(() => results.WriteLine("out.png"));
        Assert.Equal("Standard output cannot be written: Access is denied.", exception.Message);
    }

    [Fact]
    public void What_can_be_written_is()
    {
        using var text = new StringWriter();
        using var results = GuardedWriter.ForResults(text);
        results.WriteLine("out.png");
        results.Write("a");
        results.Write('b');
        Assert.Equal("out.png" + Environment.NewLine + "ab", text.ToString());
    }

    private sealed class FullDisk : StringWriter
    {
        public int Writes { get; private set; }

        public Exception Refusal { get; init; } = new IOException("No space left on device");

        public override void Write(char value) => Refuse();

        public override void Write(string? value) => Refuse();

        public override void WriteLine(string? value) => Refuse();

        public override void Flush() => Refuse();

        private void Refuse()
        {
            Writes++;
            throw Refusal;
        }
    }
}
