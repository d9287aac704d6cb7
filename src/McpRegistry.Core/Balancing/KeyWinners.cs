namespace McpRegistry.Balancing;

/// <summary>
/// Remembers which candidate a key leads to. One word for each of so many slots, with the part of the key that the slot does not tell and the index, so that many
/// calls read and write it without a lock.
/// </summary>
internal sealed class KeyWinners
{
    private const int Slots = 1024;
    private const ulong SlotMask = Slots - 1;

    private readonly ulong[] _slots = new ulong[Slots];

    /// <summary>Returns the index that was kept for a key; -1 when there is none.</summary>
    public int Find(ulong key)
    {
        var slot = Volatile.Read(ref _slots[key & SlotMask]);
        return ((slot ^ key) & ~SlotMask) == 0 ? (int)(slot & SlotMask) - 1 : -1;
    }

    /// <summary>Keeps the index for a key, in place of that of another one.</summary>
    public void Keep(ulong key, int index) => Volatile.Write(ref _slots[key & SlotMask], (key & ~SlotMask) | (uint)(index + 1));
}
