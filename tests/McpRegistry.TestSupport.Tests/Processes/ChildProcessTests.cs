using System.Diagnostics;
using System.Text.RegularExpressions;
using McpRegistry.TestSupport.Processes;

namespace McpRegistry.TestSupport.Tests.Processes;

public sealed partial class ChildProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitForLine_LineComes_ReturnsTheMatch()
    {
        await using var child = ChildProcess.Start("node", ["-e", "console.error('ready on 42'); setInterval(() => {}, 1000)"]);
        var match = await child.WaitForLineAsync(ReadyLine(), Cancellation);
        Assert.Equal("42", match.Groups["number"].Value);
        Assert.False(child.HasExited);
    }

    [Fact]
    public async Task WaitForLine_ProgramEnds_FailsWithItsOutput()
    {
        await using var child = ChildProcess.Start("node", ["-e", "console.log('broken')"]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForLineAsync(ReadyLine(), Cancellation));
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ProgramWithChild_KillsBoth()
    {
        const string script = "const c = require('child_process').spawn('node', ['-e', 'setInterval(() => {}, 1000)']); console.log('ready on ' + c.pid); setInterval(() => {}, 1000)";
        int grandchild;
        await using (var child = ChildProcess.Start("node", ["-e", script]))
        {
            grandchild = int.Parse((await child.WaitForLineAsync(ReadyLine(), Cancellation)).Groups["number"].Value);
        }

        using var found = FindRunning(grandchild);
        if (found is not null)
        {
            await found.WaitForExitAsync(Cancellation);
        }
    }

    private static Process? FindRunning(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"ready on (?<number>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadyLine();
}
