namespace McpRegistry.ApiKeys;

/// <summary>Writes to the console and not to the log: logs are shipped, kept and read by many.</summary>
internal sealed class ConsoleAdminKeyAnnouncer : IAdminKeyAnnouncer
{
    public Task AnnounceAsync(string key, CancellationToken cancellationToken) => Console.Out.WriteLineAsync(
        $"""

        McpRegistry admin key (shown only now, keep it safe):

            {key}

        Send it as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.

        """.AsMemory(),
        cancellationToken);
}
