using McpRegistry.ConformanceServer.Hosting;
using ModelContextProtocol.Protocol;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools that tell of their work while it goes on, and one whose stream ends before its answer.</summary>
internal static class NotifyingTools
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a client is asked to wait before it comes back for the rest.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<FixtureTool> All(TimeProvider clock) =>
    [
        new("test_tool_with_logging", "Logs three times.", (call, cancel) => LogAsync(call, clock, cancel)),
        new("test_logging_tool", "Logs three times, if the request asks for it.", (call, cancel) => LogAsync(call, clock, cancel)),
        new("test_tool_with_progress", "Reports progress three times.", (call, cancel) => ReportAsync(call, clock, cancel)),
        new("test_reconnection", "Ends the stream before the answer, which is then fetched.", (call, cancel) => ReconnectAsync(call, clock, cancel)),
    ];

    private static async Task<CallToolResult> LogAsync(ToolCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        await call.LogAsync(LoggingLevel.Info, "Tool execution started", cancellationToken);
        await Task.Delay(Step, clock, cancellationToken);
        await call.LogAsync(LoggingLevel.Info, "Tool processing data", cancellationToken);
        await Task.Delay(Step, clock, cancellationToken);
        await call.LogAsync(LoggingLevel.Info, "Tool execution completed", cancellationToken);
        return ToolResults.Text("The tool logged what it did.");
    }

    private static async Task<CallToolResult> ReportAsync(ToolCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        await call.ReportAsync(0, 100, cancellationToken);
        await Task.Delay(Step, clock, cancellationToken);
        await call.ReportAsync(50, 100, cancellationToken);
        await Task.Delay(Step, clock, cancellationToken);
        await call.ReportAsync(100, 100, cancellationToken);
        return ToolResults.Text("The tool reported its progress.");
    }

    private static async Task<CallToolResult> ReconnectAsync(ToolCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Streams can be taken up again since 2025-11-25, over HTTP, and until 2026-07-28.
        if (call.Request.Server is { SessionId: not null, NegotiatedProtocolVersion: Revisions.NewestLegacy })
        {
            await call.Request.EnablePollingAsync(Retry, cancellationToken);
            await Task.Delay(Step, clock, cancellationToken);
        }

        return ToolResults.Text("The answer was kept until the client came back.");
    }
}
