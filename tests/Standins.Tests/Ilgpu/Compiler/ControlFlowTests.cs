using ILGPU;
using IlgpuStyle.Standins.Tests.Ilgpu.Runtime;

namespace IlgpuStyle.Standins.Tests.Ilgpu.Compiler;

/// <summary>Loops, jumps and choices.</summary>
public class ControlFlowTests(DeviceFixture device) : IClassFixture<DeviceFixture>
{
    private static readonly int[] Numbers =
        [0, 1, 2, 3, 5, 6, 7, 12, 27, 97, 100, 255, 871, 1000, -1, -50, int.MaxValue, int.MinValue];

    private static int Nested(int n)
    {
        int sum = 0;
        for (int i = 0; i < 20; i++)
        {
            if (i % 3 == n % 3)
                continue;
            for (int j = i; ; j += 2)
            {
                if (j > n % 17 + i)
                    break;
                if ((j & 1) == 0)
                    continue;
                sum += i * j;
                int k = j;
                while (k > 0)
                {
                    k /= 3;
                    if (k == 5)
                        break;
                    sum ^= k;
                }
            }
            if (sum > 5000)
                break;
        }
        return sum;
    }

    private static int CollatzSteps(int n)
    {
        if (n <= 0)
            return -1;
        int steps = 0;
        while (n != 1)
        {
            if (n % 2 == 0)
            {
                n /= 2;
            }
            else
            {
                if (n > 100_000_000)
                    return -2;
                n = 3 * n + 1;
            }
            steps++;
        }
        return steps;
    }

    private static int Digits(int n)
    {
        int count = 0;
        do
        {
            count++;
            n /= 10;
        }
        while (n != 0);
        return count;
    }

    private static int Wrapping(int n)
    {
        // Counters that overflow on purpose.
        int rounds = 0;
        for (int i = 1; i > 0; i *= 3)
            rounds++;
        for (int i = int.MaxValue - 2; i > 0; i += 1 + (n & 1))
            rounds += 10;
        for (uint i = 3; i < 4; i--)
            rounds += 100;
        for (int i = int.MaxValue - 5; i > 0; i++)
            rounds += 1000;
        for (int i = int.MinValue + 5; i < 0; i -= 2)
            rounds += 10000;
        return rounds;
    }

    private static int Choice(int n)
    {
        int kind = n < 0 ? -1 : n == 0 ? 0 : n > 100 ? 2 : 1;
        switch (kind)
        {
            case -1:
                return 7;
            case 0:
                kind = 11;
                break;
            case 2:
                if (n > 200)
                    kind = 13;
                break;
            default:
                kind = n > 5 && n < 50 || n == 97 ? 17 : 19;
                break;
        }
        return kind;
    }

    private static int Down(int n)
    {
        int sum = 0;
        for (int i = 15, j = 0; i >= 0 && j < 12; i--, j += 3)
            sum += (n >> i & 1) * (j + 1);
        for (int i = 10; i > 0; i -= 2)
            sum = sum * 2 + i;
        return sum;
    }

    private static int Switched(int n)
    {
        int sum = 0;
        for (int i = 0; i < 10; i++)
        {
            switch ((n + i) & 7)
            {
                case 0:
                    sum += 100;
                    continue;
                case 1:
                    sum = 3 * sum + 1;
                    break;
                case 2:
                case 3:
                    if (sum > 1000)
                        continue;
                    sum ^= 0x55;
                    break;
                case 4:
                    for (int j = 0; j < 5; j++)
                    {
                        if (j == 2)
                            continue;
                        if (sum > 500)
                            break;
                        sum += j;
                    }
                    break;
                case 5:
                    return sum;
                default:
                    sum -= i;
                    break;
            }
            sum += 7;
        }
        return -sum;
    }

    private static int Jumping(int n)
    {
        int rounds = 0;
        int value = n & 0xFFFF;
    again:
        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j < 8; j++)
            {
                if ((value >> i & 3) == j)
                    goto found;
                if (rounds > 40)
                    goto end;
                rounds++;
            }
        }
    found:
        if (value > 10)
        {
            value /= 3;
            rounds += 2;
            goto again;
        }
    end:
        return 100 * rounds + value;
    }

    private static void ControlFlowKernel(Index1D index, ArrayView<int> x, ArrayView<Results> y)
    {
        int n = x[index];
        y[index] = Compute(n);
    }

    private struct Results
    {
        public int Nested, Collatz, Digits, Wrapping, Choice, Down, Switched, Jumping;
    }

    private static Results Compute(int n) => new()
    {
        Nested = Nested(n),
        Collatz = CollatzSteps(n),
        Digits = Digits(n),
        Wrapping = Wrapping(n),
        Choice = Choice(n),
        Down = Down(n),
        Switched = Switched(n),
        Jumping = Jumping(n),
    };

    [Fact]
    public void Loops_jumps_and_choices_run_as_on_the_host() =>
        device.Accelerator.Check<int, Results>(ControlFlowKernel, Compute, Numbers);
}
