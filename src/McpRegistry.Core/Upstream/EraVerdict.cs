using McpRegistry.Discovery;
using McpRegistry.Protocol;

namespace McpRegistry.Upstream;

/// <summary>What the answer to <c>server/discover</c> says about a server (protocol.md 4.2).</summary>
/// <param name="Modern">The handshake of a modern server.</param>
/// <param name="LegacyRevision">The revision to open a legacy session with.</param>
/// <param name="MayBeSse">The server knows nothing of JSON-RPC at this URL: HTTP+SSE is worth a try.</param>
/// <param name="Fault">Why nothing can be said.</param>
/// <param name="AskAgain">The server refuses the very revision that it says to support; the rest holds if it does so again.</param>
internal readonly record struct EraVerdict(UpstreamHandshake? Modern, string? LegacyRevision, bool MayBeSse, UpstreamFault? Fault, bool AskAgain = false)
{
    /// <summary>What a call ends with that met a server of another era than its connection is of; the server has not run it.</summary>
    public static readonly UpstreamFault Changed =
        new(FaultReasons.SessionLost, "The server does not speak the revision any more that it spoke; it is being connected to again.") { ContradictsEra = true };

    /// <summary>The same, of a call that the server answered as if it had taken it, whatever the answer was.</summary>
    public static readonly UpstreamFault ChangedAfterAnswer = Changed with { MayHaveRun = true };

    public static EraVerdict Legacy(string revision, bool mayBeSse = false) => new(null, revision, mayBeSse, null);

    public static EraVerdict Failed(UpstreamFault fault) => new(null, null, false, fault);

    /// <summary>Asks a server, once more if it wants that.</summary>
    public static async ValueTask<EraVerdict> AskAsync(Func<ValueTask<UpstreamReply>> ask)
    {
        var verdict = Judge(await ask().ConfigureAwait(false));
        return verdict.AskAgain ? Judge(await ask().ConfigureAwait(false)) : verdict;
    }

    /// <summary>Judges an answer.</summary>
    public static EraVerdict Judge(in UpstreamReply reply) => reply switch
    {
        { Answered: true, Message.IsError: true } => JudgeError(reply.Message),
        { Answered: true } => JudgeResult(reply.Message),
        { Fault.HttpStatus: 400 or 404 or 405 or 406 or 410 or 415 or 422 or 501 } => Legacy(ProtocolRevision.NewestLegacy, mayBeSse: true),
        { Fault.Reason: FaultReasons.ProtocolError } => Legacy(ProtocolRevision.NewestLegacy, mayBeSse: true),
        _ => Failed(reply.Fault!),
    };

    /// <summary>Tells whether the answer to a call says that the server does not speak the revision of its connection.</summary>
    public static bool Contradicts(in UpstreamReply reply) =>
        reply is { Answered: true, Message: { IsError: true, ErrorCode: ErrorCodes.UnsupportedProtocolVersion } };

    private static EraVerdict JudgeResult(UpstreamMessage message)
    {
        var handshake = UpstreamHandshake.FromDiscover(message.Result.Of(message.Json));
        return handshake is null ? Legacy(ProtocolRevision.NewestLegacy) : new EraVerdict(handshake, null, false, null);
    }

    private static EraVerdict JudgeError(UpstreamMessage message) => message.ErrorCode switch
    {
        ErrorCodes.UnsupportedProtocolVersion => JudgeVersions(message),
        ErrorCodes.HeaderMismatch or ErrorCodes.MissingClientCapability => Failed(new UpstreamFault(
            FaultReasons.ProtocolError, $"The server refuses discovery: {ErrorText.Trim(message.ErrorMessage)}")),
        _ => Legacy(ProtocolRevision.NewestLegacy),
    };

    private static EraVerdict JudgeVersions(UpstreamMessage message)
    {
        var error = message.Raw(message.Error);
        var data = JsonMembers.Find(error, "data"u8).Of(error);
        var versions = JsonElements.Texts(JsonMembers.Find(data, "supported"u8).Of(data));
        var best = versions.Where(ProtocolRevision.IsLegacy).Append(null).Max(StringComparer.Ordinal);
        var verdict = best is not null
            ? Legacy(best)
            : Failed(new UpstreamFault(FaultReasons.ProtocolError, "The server and the gateway have no protocol revision in common."));
        return verdict with { AskAgain = versions.Contains(ProtocolRevision.Modern, StringComparer.Ordinal) };
    }
}
