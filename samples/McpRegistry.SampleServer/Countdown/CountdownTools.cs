using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Countdown;

[McpServerToolType]
internal sealed class CountdownTools(TimeProvider clock)
{
    [McpServerTool(Name = "countdown", Title = "Countdown", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Counts down to zero and reports progress at every step; stops when the call is cancelled.")]
    public async Task<string> CountAsync(
        IProgress<ProgressNotificationValue> progress,
        [Description("How many steps to count")][Range(1, 1000)] int from = 3,
        [Description("Milliseconds between two steps")][Range(0, 10_000)] int interval = 200,
        CancellationToken cancellationToken = default)
    {
        if (from is < 1 or > 1000 || interval is < 0 or > 10_000)
        {
            throw new McpException("'from' must lie between 1 and 1000 and 'interval' between 0 and 10000.");
        }

        for (var step = 1; step <= from; step++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(interval), clock, cancellationToken);
            progress.Report(new ProgressNotificationValue { Progress = step, Total = from, Message = $"{from - step} to go" });
        }

        return "Lift-off.";
    }
}
