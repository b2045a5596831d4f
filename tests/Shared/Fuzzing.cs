using System.Diagnostics;

namespace IlgpuStyle.Testing;

/// <summary>Input at random, by a seed: how much of it, and damage to files.</summary>
/// <remarks>
/// A failure names the case's number; the same number gives the same case. <c>./test.sh --fuzz</c> runs all of the
/// tests of the category Fuzz.
/// </remarks>
internal static class Fuzzing
{
    private const string Variable = "ILGPUSTYLE_FUZZ";

    /// <summary>Where a sample runs, other tests may take the processor meanwhile.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(IsAll ? 10 : 60);

    private static readonly byte[] NotableBytes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];

    /// <summary>The cases to run: a sample, or all.</summary>
    public static int Cases(int sample, int all) => IsAll ? all : sample;

    private static bool IsAll => Environment.GetEnvironmentVariable(Variable) == "all";

    /// <summary>A file with one to four faults.</summary>
    public static byte[] Damage(Random random, byte[] file)
    {
        for (int faults = random.Next(1, 5); faults > 0 && file.Length > 0; faults--)
            file = DamageOnce(random, file);
        return file;
    }

    /// <summary>Runs a case; fails where it takes too long or throws what is not expected.</summary>
    /// <param name="number">The case's.</param>
    /// <param name="run">What it is.</param>
    /// <param name="isExpected">Whether an exception is how the program refuses.</param>
    /// <param name="shown">The case, where it can be shown.</param>
    public static void Run(int number, Action run, Func<Exception, bool> isExpected, string shown = "")
    {
        Exception? thrown = null;
        var clock = Stopwatch.StartNew();
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception exception) when (isExpected(exception))
            {
                // That is how bad input ends.
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Longest), $"Case {number} runs for more than {Longest.TotalSeconds} s. {shown}");
        Assert.True(thrown is null, $"Case {number} after {clock.Elapsed.TotalSeconds:F1} s: {thrown}");
    }

    private static byte[] DamageOnce(Random random, byte[] file)
    {
        int at = random.Next(file.Length);
        int length = Math.Min(random.Next(1, 1 << random.Next(1, 12)), file.Length - at);
        byte[] changed = [.. file];
        switch (random.Next(9))
        {
            case 0:
                changed[at] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                changed[at] = (byte)random.Next(256);
                return changed;
            case 2:
                Array.Fill(changed, NotableBytes[random.Next(NotableBytes.Length)], at, Math.Min(length, 4));
                return changed;
            case 3:
                Array.Clear(changed, at, length);
                return changed;
            case 4:
                random.NextBytes(changed.AsSpan(at, length));
                return changed;
            case 5:
                return file[..at];
            case 6:
                return [.. file[..at], .. file[(at + length)..]];
            case 7:
                return [.. file[..(at + length)], .. file[at..]];
            default:
                int other = random.Next(file.Length - length + 1);
                file.AsSpan(at, length).CopyTo(changed.AsSpan(other));
                return changed;
        }
    }
}
