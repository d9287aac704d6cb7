using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Resilience;

/// <summary>The short form of eng/resilience-drill.sh: three of four endpoints break under load, then ten times the calls come that a server can take.</summary>
public sealed class ResilienceDrillTests
{
    [Fact]
    public async Task Call_EndpointsBreakAndCallsAreTooMany_NothingFailsThatNeedNot()
    {
        await using var drill = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.ResilienceDrill"), "run", "6"]);

        var code = await drill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, drill.StandardOutput + drill.StandardError);
        Assert.Contains("Reads that failed: none", drill.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("writes, 0 of them more than once", drill.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("with Retry-After, overloaded", drill.StandardOutput, StringComparison.Ordinal);
    }
}
