using McpRegistry.TestSupport.Processes;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.HostileInput;

/// <summary>The short form of eng/rest-fuzz.sh: two hostile requests of each caller to each route of the REST API, on SQLite and on PostgreSQL.</summary>
public sealed class RestFuzzTests
{
    [Fact]
    public async Task Send_HostileRequestsToEveryRoute_FailsNowhereTellsNothingAndChangesNothing()
    {
        await using var fuzz = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.RestFuzz"), "run", "624", "20260728"]);

        var code = await fuzz.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, fuzz.StandardOutput + fuzz.StandardError);
        Assert.Contains("PostgreSQL: 624 requests", fuzz.StandardOutput, StringComparison.Ordinal);
    }
}
