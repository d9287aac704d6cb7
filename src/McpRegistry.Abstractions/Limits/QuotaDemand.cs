namespace McpRegistry.Limits;

/// <summary>What a replica asks of a window, and what it reports of its earlier leases beside it.</summary>
public sealed record QuotaDemand
{
    /// <summary>What is left is divided by this to find the largest slice: slices shrink with the rest, so that no replica takes all of it.</summary>
    public const int Share = 32;

    /// <summary>Gets the most calls of the window over all replicas, at least 1.</summary>
    public required int Limit { get; init; }

    /// <summary>Gets how many calls wait; so many are given even where a share would be less. 0 asks ahead of need.</summary>
    public int Least { get; init; }

    /// <summary>Gets the most calls that are of use, at least <see cref="Least"/>.</summary>
    public int Most { get; init; }

    /// <summary>Gets the epoch of the window that the reports are about; see <see cref="QuotaGrant.Epoch"/>. 0 when none was seen.</summary>
    public long Epoch { get; init; }

    /// <summary>Gets how many leased calls were made since the last report, at least 0.</summary>
    public int Spent { get; init; }

    /// <summary>Gets how many calls were made without a lease while the store could not be reached, at least 0. They are taken from what is left.</summary>
    public int Debt { get; init; }

    /// <summary>Computes the grant: a share of what is left, within <see cref="Least"/> and <see cref="Most"/>, and never more than there is.</summary>
    /// <param name="free">What is left of the window, debts taken off; may be negative.</param>
    /// <returns>0 to <see cref="Most"/>.</returns>
    public int TakeFrom(long free) => (int)Math.Clamp(Math.Max(Least, Math.Min(Most, free / Share)), 0, Math.Max(0, free));
}
