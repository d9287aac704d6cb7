using System.Text;

namespace McpRegistry.ProtocolFuzz.Upstreams.Channels;

/// <summary>A stdio server: this program again, in a process that the gateway starts.</summary>
internal sealed class LinePeer(int seed, string name, Stream output) : ChannelPeer(seed, "/" + name)
{
    /// <summary>Serves until its input ends, or until it ends itself.</summary>
    public static async Task ServeAsync(int seed, string name)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        await using var output = Console.OpenStandardOutput();
        var peer = new LinePeer(seed, name, output);
        try
        {
            while (!peer.IsClosed && await input.ReadLineAsync() is { } line)
            {
                await peer.AnswerAsync(Encoding.UTF8.GetBytes(line), CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The gateway reads no more.
        }
    }

    protected override Task SendAsync(string json, CancellationToken cancellationToken) => SendRawAsync(Encoding.UTF8.GetBytes(json + "\n"), cancellationToken);

    protected override async Task SendRawAsync(byte[] content, CancellationToken cancellationToken)
    {
        await output.WriteAsync(content, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    protected override Task SendHalfAsync(byte[] content, CancellationToken cancellationToken) => SendRawAsync(content, cancellationToken);

    protected override void Cut() => IsClosed = true;
}
