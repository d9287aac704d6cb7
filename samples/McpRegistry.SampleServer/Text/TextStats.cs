namespace McpRegistry.SampleServer.Text;

internal sealed record TextStats(int Characters, int Words, int Lines);
