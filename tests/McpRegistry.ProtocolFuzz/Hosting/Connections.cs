using Microsoft.AspNetCore.Connections;

namespace McpRegistry.ProtocolFuzz.Hosting;

/// <summary>Counts the connections of a listener.</summary>
internal sealed class Connections
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _count);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    };
}
