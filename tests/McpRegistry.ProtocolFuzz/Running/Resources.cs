namespace McpRegistry.ProtocolFuzz.Running;

/// <summary>
/// What the process holds at one moment. The sessions at proper servers are for the reader only: a goodbye to a server is given up after
/// two seconds, which the fast clock makes so few milliseconds that a busy machine misses some.
/// </summary>
internal sealed record Resources(long ManagedBytes, int Sockets, int ServerConnections, int GatewayConnections, int Sessions, int Suspended, int Streams, int Feeds, int ServerStreams, int ServerSessions)
{
    /// <summary>Small things that come and go, such as pooled buffers, are no leak.</summary>
    private const long Allowance = 4 * 1024 * 1024;

    private const int SocketAllowance = 8;

    public static Resources Of(FuzzWorld world)
    {
        return new Resources(
            0, OpenSockets(), world.Servers.OpenConnections, world.Gateway.OpenConnections, world.Gateway.Sessions,
            world.Gateway.Suspended, world.Gateway.Streams, world.Gateway.Feeds, world.Servers.Conversations.Streams, world.Servers.Conversations.GoodSessions);
    }

    /// <summary>Adds the memory that is in use once all garbage is gone.</summary>
    public Resources WithMemory()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return this with { ManagedBytes = GC.GetTotalMemory(forceFullCollection: true) };
    }

    /// <summary>Says what is more than at the beginning, when all has had its time to end.</summary>
    public IEnumerable<string> LeaksSince(Resources start)
    {
        if (ManagedBytes > (start.ManagedBytes * 1.1) + Allowance)
        {
            yield return $"managed memory grew from {start.ManagedBytes:N0} to {ManagedBytes:N0} bytes";
        }

        foreach (var (what, now, before) in new[]
        {
            ("sockets", Sockets, start.Sockets + SocketAllowance), ("connections to servers", ServerConnections, start.ServerConnections + SocketAllowance),
            ("connections of clients", GatewayConnections, 0), ("sessions of clients", Sessions, 0), ("suspended calls", Suspended, 0), ("streams of clients", Streams, 0),
            ("feeds of sessions", Feeds, 0), ("streams at servers", ServerStreams, start.ServerStreams),
        })
        {
            if (now > before)
            {
                yield return $"{now} {what} are left, at most {before} may be";
            }
        }
    }

    private static int OpenSockets()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var count = 0;
        foreach (var descriptor in Directory.EnumerateFiles($"/proc/{Environment.ProcessId}/fd"))
        {
            count += TryTarget(descriptor)?.StartsWith("socket:", StringComparison.Ordinal) == true ? 1 : 0;
        }

        return count;
    }

    private static string? TryTarget(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed while we look.
            return null;
        }
    }
}
