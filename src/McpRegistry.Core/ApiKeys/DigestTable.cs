using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.ApiKeys;

/// <summary>
/// Finds remembered keys by their digests. A slot refers to the key itself, which has its digest: with many keys each object on
/// the way is a miss of the processor's cache, and a dictionary has one more. Reading takes no lock; writing needs that of the cache.
/// </summary>
/// <remarks>A reader may miss a key while another one is removed or the table grows, and then asks the slower way, never the reverse.</remarks>
internal sealed class DigestTable
{
    private const int MinSlots = 16;

    // So few are in use that most keys lie in the slot that their digest names.
    private const int SlotsPerKey = 4;

    private RememberedKey?[] _slots = new RememberedKey?[MinSlots];
    private int _count;

    public bool TryGet(in ApiKeyDigest digest, [NotNullWhen(true)] out RememberedKey? known)
    {
        var slots = Volatile.Read(ref _slots);
        for (var slot = digest.GetHashCode() & (slots.Length - 1); ; slot = Next(slots, slot))
        {
            known = Volatile.Read(ref slots[slot]);
            if (known is null || known.Digest.GetValueOrDefault().Equals(digest))
            {
                return known is not null;
            }
        }
    }

    /// <summary>Adds a key that has its digest and is not there yet.</summary>
    public void Add(RememberedKey known)
    {
        if (++_count * SlotsPerKey > _slots.Length)
        {
            var larger = new RememberedKey?[_slots.Length * 2];
            foreach (var one in _slots)
            {
                if (one is not null)
                {
                    Place(larger, one);
                }
            }

            Volatile.Write(ref _slots, larger);
        }

        Place(_slots, known);
    }

    /// <summary>Removes a key, if it is there.</summary>
    public void Remove(RememberedKey known)
    {
        var slots = _slots;
        var hole = Home(slots, known);
        for (; !ReferenceEquals(slots[hole], known); hole = Next(slots, hole))
        {
            if (slots[hole] is null)
            {
                return;
            }
        }

        _count--;

        // Those behind it move up, or the hole would hide them. One that lies nearer to its own slot than to the hole stays.
        for (var slot = Next(slots, hole); slots[slot] is { } other; slot = Next(slots, slot))
        {
            if (Distance(slots, Home(slots, other), slot) >= Distance(slots, hole, slot))
            {
                Volatile.Write(ref slots[hole], other);
                hole = slot;
            }
        }

        Volatile.Write(ref slots[hole], null);
    }

    public void Clear()
    {
        Volatile.Write(ref _slots, new RememberedKey?[MinSlots]);
        _count = 0;
    }

    private static void Place(RememberedKey?[] slots, RememberedKey known)
    {
        var slot = Home(slots, known);
        while (slots[slot] is not null)
        {
            slot = Next(slots, slot);
        }

        Volatile.Write(ref slots[slot], known);
    }

    private static int Home(RememberedKey?[] slots, RememberedKey known) => known.Digest.GetValueOrDefault().GetHashCode() & (slots.Length - 1);

    private static int Next(RememberedKey?[] slots, int slot) => (slot + 1) & (slots.Length - 1);

    private static int Distance(RememberedKey?[] slots, int from, int to) => (to - from) & (slots.Length - 1);
}
