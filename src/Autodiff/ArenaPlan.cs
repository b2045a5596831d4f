using IlgpuStyle.Kernels;

namespace IlgpuStyle.Autodiff;

/// <summary>
/// Places values of any sizes into few large arrays: what never lives at the same time may overlap.
/// </summary>
/// <remarks>
/// Greedy by size: the largest first, each at the lowest place that is free during its life (Pisarchyk and Lee 2020,
/// arXiv:2001.03288). A value must be cleared whenever it takes its place over, since borders are zero by rule:
/// its border where channels are a multiple of 8, else all of it.
/// </remarks>
/// <typeparam name="TKey">What names a value.</typeparam>
public sealed class ArenaPlan<TKey>
    where TKey : notnull
{
    /// <summary>
    /// Floats of an arena at most, unless one value alone is larger: drivers limit single allocations.
    /// </summary>
    private const long MaximumLength = 1L << 28;

    private readonly List<List<(Life Life, Placement Place)>> _arenas = [];

    private readonly Dictionary<TKey, Placement> _placements = [];

    /// <summary>Places everything.</summary>
    /// <param name="values">The floats that each takes, and when.</param>
    public ArenaPlan(IEnumerable<(TKey Key, long Floats, Life Life)> values)
    {
        foreach ((TKey key, long floats, Life life) in values.OrderByDescending(value => value.Floats))
            _placements.Add(key, Place(Aligned(floats), life));
    }

    /// <summary>Where each value lies.</summary>
    public IReadOnlyDictionary<TKey, Placement> Placements => _placements;

    /// <summary>The length of each arena in floats.</summary>
    public IReadOnlyList<long> Lengths =>
        [.. _arenas.Select(arena => arena.Max(entry => entry.Place.Offset + entry.Place.Length))];

    private Placement Place(long length, Life life)
    {
        for (int index = 0; ; index++)
        {
            if (index == _arenas.Count)
                _arenas.Add([]);
            long offset = LowestFree(_arenas[index], length, life);
            if (offset > 0 && offset + length > MaximumLength)
                continue;
            var place = new Placement(index, offset, length);
            _arenas[index].Add((life, place));
            return place;
        }
    }

    private static long LowestFree(List<(Life Life, Placement Place)> arena, long length, Life life)
    {
        IEnumerable<Placement> occupied = arena
            .Where(entry => entry.Life.Overlaps(life))
            .Select(entry => entry.Place)
            .OrderBy(place => place.Offset);
        long offset = 0;
        foreach (Placement taken in occupied)
        {
            if (offset + length <= taken.Offset)
                break;
            offset = Math.Max(offset, taken.Offset + taken.Length);
        }
        return offset;
    }

    private static long Aligned(long length) =>
        (length + Engine.ArenaAlignment - 1) / Engine.ArenaAlignment * Engine.ArenaAlignment;
}

/// <summary>A place in an arena, in floats.</summary>
public readonly record struct Placement(int Arena, long Offset, long Length);
