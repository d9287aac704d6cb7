using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>The short form of eng/soak.sh: half of the clients vanish, and all that they held is given back.</summary>
public sealed class SoakDrillTests
{
    [Fact]
    public async Task Vanish_HalfOfTheClients_LeavesNothing()
    {
        await using var drill = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.SoakDrill"), "run", "50"]);

        var code = await drill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, drill.StandardOutput + drill.StandardError);
        Assert.Contains("All is back to the start.", drill.StandardOutput, StringComparison.Ordinal);
    }
}
