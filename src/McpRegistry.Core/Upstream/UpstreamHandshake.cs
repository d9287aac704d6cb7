using System.Text;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.Upstream;

/// <summary>What an upstream said of itself when the connection opened.</summary>
internal sealed record UpstreamHandshake
{
    public required ProtocolEra Era { get; init; }

    public required string Revision { get; init; }

    public ReadOnlyMemory<byte> ServerInfo { get; init; }

    public ReadOnlyMemory<byte> Capabilities { get; init; }

    public string? Instructions { get; init; }

    /// <summary>Gets what the answer to <c>server/discover</c> says about keeping it.</summary>
    public CacheHint Hint { get; init; }

    /// <summary>Gets when it came, as a timestamp of the time provider; 0 when nobody looked.</summary>
    public long ReadAt { get; init; }

    public byte[] RevisionJson => field ??= Encoding.UTF8.GetBytes($"\"{Revision}\"");

    public bool HasCapability(ReadOnlySpan<byte> name) => !JsonMembers.Find(Capabilities.Span, name).IsMissing;

    /// <summary>Reads the result of <c>initialize</c>; null when it is none.</summary>
    public static UpstreamHandshake? FromInitialize(ReadOnlyMemory<byte> result)
    {
        var revision = JsonMembers.FindText(result.Span, "protocolVersion"u8);
        return revision is null || !IsSafe(revision)
            ? null
            : Read(result, ProtocolEra.Legacy, revision, JsonMembers.Find(result.Span, "serverInfo"u8));
    }

    /// <summary>Reads the result of <c>server/discover</c>; null when it is none or offers no modern revision we speak.</summary>
    public static UpstreamHandshake? FromDiscover(ReadOnlyMemory<byte> result)
    {
        var versions = JsonMembers.Find(result.Span, "supportedVersions"u8);
        if (versions.IsMissing || versions.Of(result.Span).IndexOf("\"2026-07-28\""u8) < 0)
        {
            return null;
        }

        var meta = JsonMembers.Find(result.Span, "_meta"u8);
        var info = meta.IsMissing ? default : JsonMembers.Find(meta.Of(result.Span), Encoding.UTF8.GetBytes(MetaKeys.ServerInfo));
        return Read(result, ProtocolEra.Modern, ProtocolRevision.Modern, info.IsMissing ? default : new Slice(meta.Start + info.Start, info.Length)) with
        {
            Hint = CacheableResult.Read(result.Span).Hint,
        };
    }

    private static UpstreamHandshake Read(ReadOnlyMemory<byte> result, ProtocolEra era, string revision, Slice info)
    {
        var capabilities = JsonMembers.Find(result.Span, "capabilities"u8);
        return new UpstreamHandshake
        {
            Era = era,
            Revision = revision,
            ServerInfo = Object(result, info),
            Capabilities = Object(result, capabilities),
            Instructions = JsonMembers.FindText(result.Span, "instructions"u8),
        };
    }

    /// <summary>Copies, so that the handshake does not keep the whole answer alive.</summary>
    private static ReadOnlyMemory<byte> Object(ReadOnlyMemory<byte> result, Slice slice) =>
        slice.IsMissing || result.Span[slice.Start] != (byte)'{' ? default : slice.Of(result).ToArray();

    /// <summary>The revision becomes a header value.</summary>
    private static bool IsSafe(string revision) =>
        revision.Length is > 0 and <= 32 && revision.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
}
