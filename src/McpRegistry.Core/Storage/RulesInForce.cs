using McpRegistry.Tenancy;

namespace McpRegistry.Storage;

/// <summary>
/// The rules of one kind that are in force here. Own writes, the change feed and readings of all rules bring states of them side by side,
/// and any may come late: what is older than what was known, or gone since, does not come back in force.
/// </summary>
internal abstract class RulesInForce<TRule>
    where TRule : class
{
    // Only while all rules are being read.
    private HashSet<Guid>? _savedMeanwhile;
    private List<Func<TRule, bool>>? _goneMeanwhile;
    private long _removals;
    private long _replacements;

    /// <summary>Gets how often rules were taken out. Whoever is about to read or write some remembers it.</summary>
    public long Removals => Volatile.Read(ref _removals);

    /// <summary>Gets how often all rules were replaced.</summary>
    public long Replacements => Volatile.Read(ref _replacements);

    protected Lock Writing { get; } = new();

    /// <summary>Gets the rules that are remembered.</summary>
    protected abstract IEnumerable<TRule> Known { get; }

    /// <summary>Takes over rules that were read or written, unless some were taken out since: nobody would come again for one that is among them.</summary>
    /// <param name="read">The rules as they were.</param>
    /// <param name="removals">What <see cref="Removals"/> was before.</param>
    /// <returns>Whether they were taken over.</returns>
    public bool TrySave(IReadOnlyCollection<TRule> read, long removals)
    {
        var isCurrent = false;
        Publish(() =>
        {
            isCurrent = _removals == removals;
            TRule[] news = isCurrent ? [.. read.Where(IsNewer)] : [];
            _savedMeanwhile?.UnionWith(news.Select(rule => StateOf(rule).Id));
            return ([], news);
        });
        return isCurrent;
    }

    /// <summary>Takes over a rule that was written here. If others were taken out since, it is read again: the feed may have told of its end, and will not do so again.</summary>
    public ValueTask SaveWrittenAsync(
        TRule written, long removals, Func<TenantId, Guid, CancellationToken, ValueTask<TRule?>> find, CancellationToken cancellationToken) =>
        TrySave([written], removals) ? ValueTask.CompletedTask : FollowAsync(StateOf(written).Tenant, StateOf(written).Id, find, cancellationToken);

    /// <summary>Takes over what has become of a rule. It is read: by now it may be newer than somebody said, or gone.</summary>
    public async ValueTask FollowAsync(
        TenantId tenant, Guid id, Func<TenantId, Guid, CancellationToken, ValueTask<TRule?>> find, CancellationToken cancellationToken)
    {
        // Each further round means that a rule has just been taken out, which may be this one.
        long removals;
        TRule? rule;
        do
        {
            removals = Removals;
            rule = await find(tenant, id, cancellationToken).ConfigureAwait(false);
        }
        while (rule is not null && !TrySave([rule], removals));

        if (rule is null)
        {
            Remove(known => StateOf(known).Id == id);
        }
    }

    /// <summary>Takes over that rules are gone.</summary>
    public void Remove(Func<TRule, bool> isGone) => Publish(() =>
    {
        TakeOut_NeedsLock(isGone);
        return ([.. Known.Where(isGone).Select(rule => StateOf(rule).Id)], []);
    });

    /// <summary>Takes over all rules that there are, even where they are older: the store may have been restored from a backup.</summary>
    /// <param name="readAll">Reads them. What is saved meanwhile may be missing or older among them, and what goes may be there.</param>
    /// <param name="find">Reads one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask ReloadAsync(
        Func<CancellationToken, IAsyncEnumerable<TRule>> readAll,
        Func<TenantId, Guid, CancellationToken, ValueTask<TRule?>> find,
        CancellationToken cancellationToken)
    {
        List<RuleState> missing;
        Remember([], []);
        try
        {
            var all = new List<TRule>();
            await foreach (var rule in readAll(cancellationToken).ConfigureAwait(false))
            {
                all.Add(rule);
            }

            missing = Replace(all);
        }
        finally
        {
            // A reading that failed may not be tried again, and what goes would be remembered for ever.
            Remember(null, null);
        }

        foreach (var state in missing)
        {
            await FollowAsync(state.Tenant, state.Id, find, cancellationToken).ConfigureAwait(false);
        }
    }

    protected abstract RuleState StateOf(TRule rule);

    protected abstract TRule? FindKnown(Guid id);

    /// <summary>Makes a change in <see cref="Writing"/>, and puts in force what it says.</summary>
    protected abstract void Publish(Func<(IReadOnlyCollection<Guid> Gone, IReadOnlyCollection<TRule> News)> change);

    /// <summary>Has no state of rules come back that is on its way and to which this applies.</summary>
    protected void TakeOut_NeedsLock(Func<TRule, bool> isGone)
    {
        _removals++;
        _goneMeanwhile?.Add(isGone);
    }

    private void Remember(HashSet<Guid>? saved, List<Func<TRule, bool>>? gone)
    {
        lock (Writing)
        {
            (_savedMeanwhile, _goneMeanwhile) = (saved, gone);
        }
    }

    /// <summary>Returns those that were saved meanwhile and are not among all. They stay; whether they are gone must be looked up.</summary>
    private List<RuleState> Replace(List<TRule> all)
    {
        var ids = all.Select(rule => StateOf(rule).Id).ToHashSet();
        var kept = new List<RuleState>();
        Publish(() =>
        {
            var missing = Known.Select(StateOf).Where(state => !ids.Contains(state.Id)).ToLookup(state => WasSavedMeanwhile(state.Id));
            var stored = all.Where(rule => _goneMeanwhile?.Exists(isGone => isGone(rule)) != true);
            TRule[] news = [.. stored.Where(rule => WasSavedMeanwhile(StateOf(rule).Id) ? IsNewer(rule) : IsOther(rule))];
            kept.AddRange(missing[true]);
            _removals++;
            _replacements++;
            return ([.. missing[false].Select(static state => state.Id)], news);
        });
        return kept;
    }

    private bool WasSavedMeanwhile(Guid id) => _savedMeanwhile?.Contains(id) == true;

    /// <summary>An echo of this replica's own write, or a state that is older than what is known, changes nothing.</summary>
    private bool IsNewer(TRule rule) => FindKnown(StateOf(rule).Id) is not { } known || StateOf(known).Version < StateOf(rule).Version;

    /// <summary>In a restored store, a rule that was changed since may have got to the version that is known, with other contents.</summary>
    private bool IsOther(TRule rule) => FindKnown(StateOf(rule).Id) is not { } known || StateOf(known) != StateOf(rule);
}
