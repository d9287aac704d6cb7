using System.Buffers;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;

namespace McpRegistry.Gateway.Caching;

/// <summary>Answers requests from what modern servers allowed to be kept, and keeps their answers (protocol.md 2.5).</summary>
internal sealed class CachedAnswers(
    ResponseCache cache, AnsweringServer self, IOptions<ResponseCacheOptions> options, TimeProvider time, CacheInstruments instruments)
{
    /// <summary>What stands around the result in a response; a number of milliseconds may be longer than the one it replaces.</summary>
    private const int EnvelopeBytes = 64;

    /// <summary>Answers a request if that can be done without its server; otherwise notes where the server's answer belongs.</summary>
    public GatewayAnswer? TryAnswer(GatewayCall call, ServerEntry server)
    {
        if (PlaceOf(call, server) is not { } place)
        {
            return null;
        }

        if (Find(place, orStale: false) is { } response)
        {
            instruments.Hit(call.Message.Method);
            return Write(call, response);
        }

        instruments.Missed(call.Message.Method);
        call.Place = place;
        return null;
    }

    /// <summary>Answers a request whose server cannot be reached with what has been true, where the operator allows that.</summary>
    public GatewayAnswer? TryAnswerStale(GatewayCall call, ServerEntry? server)
    {
        if (options.Value.StaleOnError == TimeSpan.Zero || server is not { Server.Enabled: true })
        {
            return null;
        }

        return (call.Place ?? PlaceOf(call, server)) is { } place && Find(place, orStale: true) is { } response ? Write(call, response) : null;
    }

    /// <summary>Keeps the answer of a server, if it allows that.</summary>
    /// <param name="call">The request.</param>
    /// <param name="message">The answer, as clients may see it.</param>
    /// <param name="peer">Who answered.</param>
    public void Keep(GatewayCall call, UpstreamMessage message, UpstreamHandshake peer)
    {
        if (call.Place is not { } place || message.IsError || peer.Era != ProtocolEra.Modern)
        {
            return;
        }

        var result = message.Raw(message.Result);
        var layout = CacheableResult.Read(result);
        if (layout.Hint.TtlMs > 0 && ResultRewriter.IsComplete(result))
        {
            var uri = call.Message.Method == McpMethod.ResourcesRead ? JsonMembers.Text(call.OwnUri.Span) : null;
            cache.Add(place, layout.Hint.IsPublic ? place.Key.ForEveryCaller() : place.Key, result, layout, uri);
        }
    }

    private CachedResponse? Find(CachePlace place, bool orStale) =>
        cache.Find(place.Shelf, place.Key.ForEveryCaller(), orStale) ?? cache.Find(place.Shelf, place.Key, orStale);

    private CachePlace? PlaceOf(GatewayCall call, ServerEntry server) =>
        options.Value.Enabled && server.Report?.Era == ProtocolEra.Modern
        && ResponseKey.Of(call) is { } key && cache.ShelfOf(server) is { } shelf
            ? new CachePlace(shelf, shelf.Epoch, key)
            : null;

    private GatewayAnswer Write(GatewayCall call, CachedResponse response)
    {
        var (result, layout) = (new ReadOnlyMemory<byte>(response.Result), response.Layout);
        if (call.Wrapping is { } wrapping)
        {
            result = ResourceUriRewriter.RewriteResult(result, wrapping.Of);
            layout = CacheableResult.Read(result.Span);
        }

        var output = new ArrayBufferWriter<byte>(result.Length + call.Id.Length + EnvelopeBytes);
        if (call.Era == ProtocolEra.Legacy)
        {
            ResultRewriter.WriteResult(output, call.Id, result.Span, call.Message.Method, ProtocolEra.Modern, ProtocolEra.Legacy);
            return new GatewayAnswer(output.WrittenMemory);
        }

        var left = Math.Max(0, -(long)Math.Ceiling(time.GetElapsedTime(response.ExpiresAt).TotalMilliseconds));
        var hint = new CacheHint(left, layout.Hint.IsPublic && call.IsForEveryone);
        ResultRewriter.WriteHinted(output, call.Id, result.Span, layout, hint, self.For(call).Span);
        return new GatewayAnswer(output.WrittenMemory);
    }
}
