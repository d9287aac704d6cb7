using McpRegistry.Servers;

namespace McpRegistry.EntityFrameworkCore.Servers;

/// <summary>The columns that put servers into the order of a discovery: the well ones first, then the fast ones.</summary>
internal static class ServerOrder
{
    /// <summary>Sorts a server that was never measured after all that were.</summary>
    public const double Unmeasured = 1e300;

    public static int RankOf(ServerHealth health) => health switch
    {
        ServerHealth.Healthy => 0,
        ServerHealth.Degraded => 1,
        ServerHealth.Unknown => 2,
        ServerHealth.Maintenance => 3,
        _ => 4,
    };
}
