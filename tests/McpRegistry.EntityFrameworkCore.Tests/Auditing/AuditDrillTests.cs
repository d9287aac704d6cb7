using McpRegistry.TestSupport.Processes;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Auditing;

/// <summary>The short form of the second half of eng/audit-drill.sh: a gateway is killed in the middle of requests over HTTP, on both databases.</summary>
public sealed class AuditDrillTests
{
    [Fact]
    public async Task Kill_GatewayInManyRequests_TrailHasAllThatWasAcknowledged()
    {
        await using var drill = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.QuotaDrill"), "audit", "500"]);

        var code = await drill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, drill.StandardOutput + drill.StandardError);
        Assert.Contains("postgresql, gateway killed in 500 requests over HTTP", drill.StandardOutput, StringComparison.Ordinal);
    }
}
