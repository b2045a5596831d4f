using IlgpuStyle.App.Files;
using IlgpuStyle.App.Terminal;
using IlgpuStyle.App.Tests.Commands;

namespace IlgpuStyle.App.Tests.Terminal;

/// <summary>What signals do, without the signals; <see cref="InterruptedRunTests"/> sends them.</summary>
// Alone, since the second signal deletes what other tests have open too.
[Collection(CommandFiles.Collection)]
public sealed class InterruptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ilgpustyle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_first_signal_cancels_and_the_second_tidies_up_before_the_end()
    {
        using var text = new StringWriter();
        using var terminal = GuardedWriter.ForMessages(text, isTerminal: true);
        using var interruption = new Interruption(terminal, terminal.WriteLine, "finishing the step");
        using AtomicFile open = AtomicFile.Create(Path.Combine(_folder, "log.csv"));

        Assert.True(interruption.Take());
        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.Single(Directory.GetFiles(_folder));

        Assert.False(interruption.Take());
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal("ilgpustyle: interrupted; finishing the step." + Environment.NewLine + "\e[?25h", text.ToString());
    }
}
