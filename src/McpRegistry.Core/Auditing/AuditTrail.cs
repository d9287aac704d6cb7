using System.Runtime.CompilerServices;
using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

internal sealed class AuditTrail(IAuditStore store) : IAuditTrail
{
    /// <summary>The rows that are held at once.</summary>
    private const int PageSize = 500;

    private const int MostFaults = 10_000;

    public async ValueTask<AuditVerification> VerifyAsync(TenantId tenant, AuditRange range, CancellationToken cancellationToken)
    {
        Check(range);
        var head = await store.FindHeadAsync(tenant, cancellationToken).ConfigureAwait(false);
        var walk = new ChainWalk(range, head);
        if (head is not null)
        {
            await WalkAsync(tenant, head, range, walk, cancellationToken).ConfigureAwait(false);
        }

        walk.EndKnown();
        var unchained = await store.FindUnchainedAsync(tenant, cancellationToken).ConfigureAwait(false);
        walk.EndRows(unchained);
        if (head is null || range.Until is null)
        {
            await FindBeyondAsync(tenant, walk, cancellationToken).ConfigureAwait(false);
        }

        return walk.ToResult(tenant, Math.Min(unchained.Count, head?.UnchainedBefore ?? unchained.Count));
    }

    public IAsyncEnumerable<ChainedAuditEvent> ReadAsync(TenantId tenant, long afterSequence, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        return ReadRowsAsync(tenant, afterSequence, cancellationToken);
    }

    private async IAsyncEnumerable<ChainedAuditEvent> ReadRowsAsync(
        TenantId tenant, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sequence, id) = (afterSequence, (Guid?)null);
        while (true)
        {
            var page = await store.ReadChainAsync(tenant, sequence, id, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            (sequence, id) = (page[^1].Sequence, page[^1].Event.Id);
        }
    }

    /// <summary>Tells whether a look at a range meets the row that is known; true where none is.</summary>
    public static bool ReachesKnown(AuditRange range) =>
        range.KnownSequence is not { } known || (known >= (range.From ?? 1) - 1 && known <= (range.Until ?? known));

    private static void Check(AuditRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (range.From is < 1 || range.Until < (range.From ?? 1) || range.MaxFaults is < 1 or > MostFaults)
        {
            throw new ArgumentException("The range begins at 1 or later, does not end before it begins, and lists 1 to 10,000 faults.", nameof(range));
        }

        if (range.KnownSequence is not null && (range.KnownSequence < 1 || range.KnownHash.Length != AuditHash.Length))
        {
            throw new ArgumentException("A known row has a number from 1 on and a hash of 32 bytes.", nameof(range));
        }

        if (!ReachesKnown(range))
        {
            throw new ArgumentException("The known row is one of the range, or the one before it.", nameof(range));
        }
    }

    private async Task WalkAsync(TenantId tenant, AuditChainHead head, AuditRange range, ChainWalk walk, CancellationToken cancellationToken)
    {
        var last = Math.Min(range.Until ?? head.Sequence, head.Sequence);

        // One row earlier: it says what the first one must be linked to. Rows before the beginning are read, too, since none may be there.
        var first = range.From is > 1 and var from ? from - 2 : long.MinValue;
        await foreach (var row in ReadRowsAsync(tenant, first, cancellationToken).ConfigureAwait(false))
        {
            if (row.Sequence > last)
            {
                break;
            }

            if (walk.IsGap(row))
            {
                await RefreshAsync(tenant, walk, cancellationToken).ConfigureAwait(false);
            }

            walk.Take(row);
        }

        await RefreshAsync(tenant, walk, cancellationToken).ConfigureAwait(false);
        walk.EndAt(last);
    }

    /// <summary>Retention may have moved the beginning meanwhile, and what it deleted is not missing.</summary>
    private async Task RefreshAsync(TenantId tenant, ChainWalk walk, CancellationToken cancellationToken)
    {
        if (await store.FindHeadAsync(tenant, cancellationToken).ConfigureAwait(false) is { } now)
        {
            walk.MoveAnchor(now);
        }
    }

    /// <summary>A row and its head commit together, so a row that is read before the head must not be beyond it.</summary>
    private async Task FindBeyondAsync(TenantId tenant, ChainWalk walk, CancellationToken cancellationToken)
    {
        var before = await store.FindHeadAsync(tenant, cancellationToken).ConfigureAwait(false);
        var beyond = await store.ReadChainAsync(tenant, before?.Sequence ?? long.MinValue, null, PageSize, cancellationToken).ConfigureAwait(false);
        var now = await store.FindHeadAsync(tenant, cancellationToken).ConfigureAwait(false);
        foreach (var row in beyond.Where(row => now is null || row.Sequence > now.Sequence))
        {
            walk.FoundBeyond(row, hasHead: now is not null);
        }
    }
}
