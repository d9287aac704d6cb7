using McpRegistry.AspNetCore.Http;
using McpRegistry.Auditing;

namespace McpRegistry.AspNetCore.Auditing;

/// <summary>What a verification has found, as REST tells it.</summary>
internal sealed record VerificationView(
    bool Intact, long RowsRead, long Unchained, ChainHeadView? Head, long FaultCount, ChainFaultView[] Faults)
{
    public static VerificationView Of(AuditVerification result) => new(
        result.IsIntact,
        result.RowsRead,
        result.Unchained,
        result.Head is { } head
            ? new ChainHeadView(head.Sequence, Hex(head.Hash), head.AnchorSequence, Hex(head.AnchorHash), head.StartedAt)
            : null,
        result.FaultCount,
        [
            .. result.Faults.Select(static fault => new ChainFaultView(
                WireNames<AuditChainFaultKind>.Of(fault.Kind), fault.Sequence, fault.LastSequence, fault.OriginalSequence, fault.EventId, fault.Message)),
        ]);

    private static string Hex(ReadOnlyMemory<byte> hash) => Convert.ToHexStringLower(hash.Span);
}

internal sealed record ChainHeadView(long Sequence, string Hash, long AnchorSequence, string AnchorHash, DateTimeOffset StartedAt);

internal sealed record ChainFaultView(string Kind, long? Sequence, long? LastSequence, long? OriginalSequence, Guid? EventId, string Message);
