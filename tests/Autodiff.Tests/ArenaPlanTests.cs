using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff.Tests;

/// <summary>Places alone, without a device.</summary>
public sealed class ArenaPlanTests
{
    private readonly Random _random = new(9);

    [Fact]
    public void What_lives_at_once_does_not_overlap()
    {
        for (int trial = 0; trial < 100; trial++)
        {
            Dictionary<BufferKey, Life> lives = Enumerable.Range(0, 20).ToDictionary(
                i => Key($"v{i}", _random.Next(1, 40), _random.Next(1, 40)),
                _ => Between(_random.Next(20), _random.Next(20)));
            ArenaPlan<BufferKey> plan = BufferPlan.InArenas(lives);
            foreach ((BufferKey key, Placement place) in plan.Placements)
            {
                Assert.True(place.Length >= key.Variable.Shape.AllocatedLength);
                Assert.True(place.Offset >= 0 && place.Offset % Engine.ArenaAlignment == 0);
                Assert.True(place.Offset + place.Length <= plan.Lengths[place.Arena]);
                Assert.All(
                    plan.Placements.Where(other => other.Key != key && lives[other.Key].Overlaps(lives[key])),
                    other => Assert.True(
                        other.Value.Arena != place.Arena
                        || other.Value.Offset >= place.Offset + place.Length
                        || place.Offset >= other.Value.Offset + other.Value.Length));
            }
        }
    }

    [Fact]
    public void What_never_lives_at_once_takes_the_memory_of_the_largest()
    {
        ArenaPlan<BufferKey> plan = BufferPlan.InArenas(new Dictionary<BufferKey, Life>
        {
            [Key("small", 5, 7)] = Between(0, 1),
            [Key("large", 9, 8)] = Between(2, 3),
            [Key("middle", 6, 7)] = Between(4, 4),
        });
        Assert.Equal(
            plan.Placements.Single(entry => entry.Key.Variable.Name == "large").Value.Length,
            Assert.Single(plan.Lengths));
    }

    private static BufferKey Key(string name, int height, int width) => BufferKey.ValueOf(
        new Variable(name, new TensorShape(height, width, 8), isRectified: false, requiresGradient: false));

    /// <summary>Written at the earlier of two steps and read at the later.</summary>
    private static Life Between(int one, int other)
    {
        var life = new Life();
        life.Write(Math.Min(one, other));
        life.Read(Math.Max(one, other));
        return life;
    }
}
