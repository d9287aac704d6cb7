namespace McpRegistry.SampleServer.Notes;

internal sealed record Note(string Name, string Text, DateTimeOffset Written);
