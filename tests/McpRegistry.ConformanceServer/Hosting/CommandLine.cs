namespace McpRegistry.ConformanceServer.Hosting;

/// <summary>What the program was asked to be.</summary>
/// <param name="Transport">How it is reached.</param>
/// <param name="Era">Which revisions it speaks; null for both, which only stdio offers.</param>
/// <param name="Port">The loopback port; 0 takes a free one.</param>
internal sealed record CommandLine(Transport Transport, Era? Era, ushort Port)
{
    public static CommandLine? TryParse(string[] args)
    {
        var known = new CommandLine(Transport.Http, null, 0);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--stdio":
                    known = known with { Transport = Transport.Stdio };
                    break;
                case "--modern" or "--legacy" when known.Era is null:
                    known = known with { Era = args[i] == "--modern" ? Hosting.Era.Modern : Hosting.Era.Legacy };
                    break;
                case "--port" when i + 1 < args.Length && ushort.TryParse(args[i + 1], out var port):
                    known = known with { Port = port };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return known.Transport == Transport.Http && known.Era is null ? null : known;
    }

    public static async Task<int> PrintUsageAsync()
    {
        await Console.Error.WriteLineAsync(
            """
            usage: McpRegistry.ConformanceServer --modern [--port N]             2026-07-28 over HTTP, without sessions
                   McpRegistry.ConformanceServer --legacy [--port N]             the session revisions over HTTP
                   McpRegistry.ConformanceServer --stdio [--modern | --legacy]   both eras over stdio, or one
            Port 0, the default, takes a free one; the address is printed.
            """);
        return 2;
    }
}
