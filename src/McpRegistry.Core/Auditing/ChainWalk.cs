using McpRegistry.Tenancy;

namespace McpRegistry.Auditing;

/// <summary>Takes the rows of a chain one by one and finds what is wrong. It remembers the last row, and no other.</summary>
internal sealed class ChainWalk(AuditRange range, AuditChainHead? head)
{
    private readonly FaultList _faults = new(range.MaxFaults);
    private readonly AuditChainHead? _seen = head;
    private AuditChainHead? _head = head;
    private ChainedAuditEvent? _last;
    private bool _lastIsSound;
    private bool _foundKnown;
    private long _read;

    /// <summary>Gets the number that the next row should have.</summary>
    private long Expected => Math.Max((_last?.Sequence ?? 0) + 1, Begin);

    private long Begin => Math.Max(range.From ?? 1, (_head?.AnchorSequence ?? 0) + 1);

    private bool IsLink(ChainedAuditEvent row) => _last is null && row.Sequence < Begin && row.Sequence >= Begin - 1 && row.Sequence > _head!.AnchorSequence;

    public bool IsGap(ChainedAuditEvent row) => row.Sequence > Expected || (row.Sequence > 0 && row.Sequence <= _head!.AnchorSequence);

    /// <summary>Takes over how far retention has come.</summary>
    public void MoveAnchor(AuditChainHead now)
    {
        if (_head is { } known && now.AnchorSequence > known.AnchorSequence)
        {
            _head = known with { AnchorSequence = now.AnchorSequence, AnchorHash = now.AnchorHash };
        }
    }

    public void Take(ChainedAuditEvent row)
    {
        if (IsLink(row))
        {
            CheckKnown(row);
            (_last, _lastIsSound) = (row, RowCheck.Of(row) is null);
            return;
        }

        if (row.Sequence < Begin && row.Sequence > _head!.AnchorSequence)
        {
            return;
        }

        _read++;
        if (row.Sequence < 1)
        {
            _faults.Add(AuditChainFaultKind.Inserted, row, "The row has a number below 1, where no chain has rows.");
            return;
        }

        if (row.Sequence <= _head!.AnchorSequence)
        {
            // Between the page and this look retention may have deleted it: then it was a row of the chain.
            if (row.Sequence <= _seen!.AnchorSequence)
            {
                _faults.Add(AuditChainFaultKind.Inserted, row, "The row has a number whose row retention has deleted.");
            }

            return;
        }

        CheckKnown(row);
        var fault = RowCheck.Of(row);
        if (_last is { } same && same.Sequence == row.Sequence)
        {
            TakeTwin(row, fault is null);
            return;
        }

        if (row.Sequence > Expected)
        {
            _faults.AddMissing(Expected, row.Sequence - 1);
        }

        if (fault is null)
        {
            CheckLink(row);
        }
        else
        {
            _faults.Add(fault);
        }

        (_last, _lastIsSound) = (row, fault is null);
    }

    /// <summary>Says that no more rows come up to a number.</summary>
    public void EndAt(long last)
    {
        if (Expected <= last)
        {
            _faults.AddMissing(Expected, last);
        }
        else if (_lastIsSound && _last is { } row && row.Sequence == _seen!.Sequence && !row.Hash.Span.SequenceEqual(_seen.Hash.Span))
        {
            _faults.Add(AuditChainFaultKind.Replaced, row, "The head of the chain has another hash for this row.");
        }

    }

    /// <summary>Says that no more rows come. A row that is known and was compared with nothing proves nothing, so the chain is not as known.</summary>
    public void EndKnown()
    {
        if (range.KnownSequence is not { } known || _foundKnown)
        {
            return;
        }

        var anchor = _head?.AnchorSequence ?? 0;
        if (known == anchor && range.KnownHash.Span.SequenceEqual(_head!.AnchorHash.Span))
        {
            return;
        }

        var message = _head is null ? "There is no chain that could hold the row whose hash is known."
            : known == anchor ? "The chain begins behind this row, and has another hash for it than the one that is known."
            : known < anchor ? "The row whose hash is known lies before the beginning of the chain and cannot be compared."
            : "The row whose hash is known is not there.";
        _faults.Add(new AuditChainFault(AuditChainFaultKind.NotAsKnown, known, null, message));
    }

    public void FoundBeyond(ChainedAuditEvent row, bool hasHead) => _faults.Add(
        hasHead ? AuditChainFaultKind.Inserted : AuditChainFaultKind.NoHead,
        row,
        hasHead ? "The row has a number beyond the end of the chain." : "The row has a number, and the head of its chain is gone.");

    /// <summary>Rows without a number can only be as many as there were when the chain began.</summary>
    public void EndRows(UnchainedAuditEvents unchained)
    {
        if (_seen is { } begun && unchained.Count > begun.UnchainedBefore)
        {
            var more = unchained.Count - begun.UnchainedBefore;
            foreach (var id in unchained.Newest.Take((int)Math.Min(more, UnchainedAuditEvents.MaxNewest)))
            {
                _faults.Add(new AuditChainFault(
                    AuditChainFaultKind.Inserted, null, id, $"{more} more rows have no number than when the chain began; this is one of the newest."));
            }
        }
    }

    public AuditVerification ToResult(TenantId tenant, long unchained) => new()
    {
        Tenant = tenant,
        Head = _seen,
        RowsRead = _read,
        Unchained = unchained,
        Faults = _faults.ToImmutable(),
        FaultCount = _faults.Count,
    };

    private void CheckKnown(ChainedAuditEvent row)
    {
        if (row.Sequence == range.KnownSequence && !_foundKnown)
        {
            _foundKnown = true;
            if (!row.Hash.Span.SequenceEqual(range.KnownHash.Span))
            {
                _faults.Add(AuditChainFaultKind.NotAsKnown, row, "The row has another hash than the one that is known.");
            }
        }
    }

    /// <summary>A row's own hash covers its link, so where a sound row is linked to another hash it is the row before that was replaced.</summary>
    private void CheckLink(ChainedAuditEvent row)
    {
        if (row.Sequence == _head!.AnchorSequence + 1)
        {
            if (!row.PreviousHash.Span.SequenceEqual(_head.AnchorHash.Span))
            {
                _faults.Add(AuditChainFaultKind.Replaced, row, "The first row does not go on from where the chain begins.");
            }
        }
        else if (_last is { } before && _lastIsSound && before.Sequence == row.Sequence - 1 && !row.PreviousHash.Span.SequenceEqual(before.Hash.Span))
        {
            _faults.Add(AuditChainFaultKind.Replaced, before, "The row after it was linked to another one.");
        }
    }

    /// <summary>Of two rows with one number the sound one is the row of the chain; the other was named already, or is named now.</summary>
    private void TakeTwin(ChainedAuditEvent row, bool isSound)
    {
        if (isSound && !_lastIsSound)
        {
            (_last, _lastIsSound) = (row, true);
            return;
        }

        _faults.Add(AuditChainFaultKind.Inserted, row, "Another row has the same number.");
    }
}
