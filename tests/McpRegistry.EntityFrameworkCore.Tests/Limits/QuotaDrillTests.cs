using McpRegistry.TestSupport.Processes;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Limits;

/// <summary>The short form of eng/quota-drill.sh: three hosts on one PostgreSQL use up a quota, once with one of them killed, and two on one SQLite file.</summary>
public sealed class QuotaDrillTests
{
    [Fact]
    public async Task Call_SeveralHostsAndOneOfThemKilled_NeverMoreThanTheQuotaAndNoneIsWasted()
    {
        await using var drill = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.QuotaDrill"), "run", "1"]);

        var code = await drill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, drill.StandardOutput + drill.StandardError);
        Assert.Contains("postgresql, 3 hosts, round 1: 1000 of 1000 calls", drill.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("postgresql, 3 hosts: a key revoked on one was refused by all after", drill.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("postgresql, 3 hosts, round 1, default waits: ", drill.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("sqlite, 2 hosts, round 1: ", drill.StandardOutput, StringComparison.Ordinal);
    }
}
