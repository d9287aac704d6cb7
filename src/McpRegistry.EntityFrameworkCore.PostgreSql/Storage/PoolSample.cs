using System.Runtime.InteropServices;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>The use of a pool at one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Size">The most connections.</param>
/// <param name="InUse">Connections in use.</param>
/// <param name="Wait">The average wait for a connection since the sample before; zero when nobody asked for one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PoolSample(DateTimeOffset At, int Size, int InUse, TimeSpan Wait)
{
    public double Utilisation => (double)InUse / Size;
}
