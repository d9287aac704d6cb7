using McpRegistry.TestSupport.Processes;

namespace McpRegistry.EndToEnd.Tests.Lifecycle;

/// <summary>The short form of eng/fuzz.sh: the first cases of one seed, without the look for what is left after the idle times.</summary>
public sealed class ProtocolFuzzTests
{
    [Fact]
    public async Task Traffic_RandomOnBothHops_IsAnsweredAsTheProtocolSays()
    {
        await using var fuzz = ChildProcess.Start("dotnet", [RepositoryPaths.Program("tests", "McpRegistry.ProtocolFuzz"), "cases", "20260728", "150"], workingDirectory: RepositoryPaths.Root);

        var code = await fuzz.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, fuzz.StandardOutput + fuzz.StandardError);
        Assert.Contains("Nothing was wrong.", fuzz.StandardOutput, StringComparison.Ordinal);
    }
}
