using McpRegistry.TestSupport.Processes;

namespace McpRegistry.Repository.Tests.Kit;

public sealed class StorageKitTests
{
    [Fact]
    public async Task Kit_InAProjectOutsideTheRepository_RunsTheCodeOfItsReadme()
    {
        await using var trial = ChildProcess.Start("bash", [RepositoryPaths.At("eng", "try-kit.sh")]);

        var code = await trial.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, trial.StandardOutput + trial.StandardError);
        Assert.Contains("Failed: 0", trial.StandardOutput, StringComparison.Ordinal);
    }
}
