using McpRegistry.TestSupport.Processes;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

/// <summary>The short form of eng/storage-drill.sh: hosts and PostgreSQL are killed in the middle of their writes.</summary>
public sealed class StorageDrillTests
{
    [Fact]
    public async Task Kill_HostsAndDatabaseWhileTheyWrite_LosesNothingAndLeavesNothingHalfWritten()
    {
        await using var drill = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.StorageDrill"), "run", "2"]);

        var code = await drill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, drill.StandardOutput + drill.StandardError);
        Assert.Contains("database killed, round 2", drill.StandardOutput, StringComparison.Ordinal);
    }
}
