using System.Collections.Concurrent;
using McpRegistry.AccessControl;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.TestSupport;
using Xunit;

namespace McpRegistry.Core.Tests.Snapshots;

/// <summary>Remembers what it hears of changed lists.</summary>
internal sealed class RecordingCatalogueListener : ICatalogueListener
{
    private readonly System.Threading.Channels.Channel<(string Alias, ListKinds Kinds)> _heard =
        System.Threading.Channels.Channel.CreateUnbounded<(string, ListKinds)>();

    public ConcurrentQueue<(string Alias, ListKinds Kinds)> Heard { get; } = new();

    public void Changed(RegisteredServer server, ListKinds kinds)
    {
        Heard.Enqueue((server.Alias, kinds));
        _heard.Writer.TryWrite((server.Alias, kinds));
    }

    public void AccessChanged(RegisteredServer server, ListKinds kinds, AccessMoment before, AccessMoment after) => Changed(server, kinds);

    public Task<(string Alias, ListKinds Kinds)> NextAsync() => _heard.Reader.NextAsync("a changed list is heard of", TestContext.Current.CancellationToken).AsTask();
}
