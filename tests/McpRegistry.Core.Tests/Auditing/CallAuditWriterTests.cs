using McpRegistry.Analytics;
using McpRegistry.Auditing;
using McpRegistry.Protocol;
using McpRegistry.Storage;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Auditing;

public sealed class CallAuditWriterTests : IDisposable
{
    private readonly RegistryMeter _meter = new();
    private readonly InMemoryAuditStore _store = new(new InMemoryDatabase(TimeProvider.System));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task WaitForRoom_QueueFull_WaitsForTheStoreAndTakesWhatHasBegun()
    {
        await using var writer = Create(new AuditOptions { CallCapacity = 2, CallWait = TimeSpan.FromMinutes(1) });
        await writer.WaitForRoomAsync(Cancellation);
        for (var i = 0; i < 3; i++)
        {
            writer.Write(Call(McpMethod.ToolsCall));
        }

        // The writer is not started: to it, that is a store that is down.
        using var patience = new CancellationTokenSource();
        var given = writer.WaitForRoomAsync(patience.Token).AsTask();
        var waiting = writer.WaitForRoomAsync(Cancellation).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(3, writer.Waiting);

        writer.Start();
        Assert.True(await waiting);
        await writer.FlushAsync();
        Assert.Equal(3, (await _store.SearchAsync(TenantId.Global, new AuditQuery(), Cancellation)).Count);
    }

    [Fact]
    public async Task WaitForRoom_StoreDoesNotKeepUp_EndsAfterItsTime()
    {
        var clock = new ManualTimeProvider();
        await using var writer = Create(new AuditOptions { CallCapacity = 1, CallWait = TimeSpan.FromSeconds(5) }, clock);
        writer.Write(Call(McpMethod.ToolsCall));

        var waiting = writer.WaitForRoomAsync(Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.False(await waiting);
        Assert.Equal(1, writer.Waiting);
    }

    [Theory]
    [InlineData(AuditedCalls.All, McpMethod.ToolsList, false, true)]
    [InlineData(AuditedCalls.All, McpMethod.Ping, false, false)]
    [InlineData(AuditedCalls.All, McpMethod.Ping, true, true)]
    [InlineData(AuditedCalls.Changes, McpMethod.ToolsList, false, false)]
    [InlineData(AuditedCalls.Changes, McpMethod.ToolsList, true, true)]
    [InlineData(AuditedCalls.Changes, McpMethod.ToolsCall, false, true)]
    [InlineData(AuditedCalls.Changes, McpMethod.TasksCancel, false, true)]
    [InlineData(AuditedCalls.Off, McpMethod.ToolsCall, true, false)]
    internal async Task Wants_Method_FollowsTheOptions(AuditedCalls calls, McpMethod method, bool failed, bool expected)
    {
        await using var writer = Create(new AuditOptions { Calls = calls, QuietMethods = ["ping"] });

        Assert.Equal(expected, writer.Wants(method, failed));
    }

    [Fact]
    public void OfRow_KnownEvent_HasTheHashOfVersionOne()
    {
        // Written down once: if it changes, rows that are stored already can no longer be verified, and the version has to rise.
        var row = new AuditEvent
        {
            Id = new Guid("01890a5d-ac96-774b-bcce-b302099a8057"),
            Tenant = new TenantId(new Guid("01890a5d-ac96-774b-bcce-b302099a8058")),
            OccurredAt = new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero).AddMicroseconds(7),
            Action = "tools/call",
            ResourceType = "tool",
            ResourceName = "né\uD83D",
            Roles = ["admin"],
            ErrorCode = -32602,
            DurationMs = 12.25,
            Details = """{"b":[1.50,true,null],"a":{}}""",
        };

        var link = ChainedAuditEvent.Link(row, 1, AuditHash.None);

        Assert.Equal(KnownHash, Convert.ToHexStringLower(link.Hash.Span));
    }

    /// <summary>From a program of its own that follows docs/audit.md.</summary>
    private const string KnownHash = "1f26a783f16e44baf30741e07c422389511a29ceda429bffa8ab5f6527b6c003";

    private static CallRecord Call(McpMethod method) => new()
    {
        HttpMethod = "POST",
        Path = "/mcp",
        McpMethod = method,
        StatusCode = 200,
        EndedAt = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private CallAuditWriter Create(AuditOptions options, TimeProvider? time = null) => new(
        Options.Create(options),
        Options.Create(new WriterOptions()),
        new WriterInstruments(_meter),
        time ?? TimeProvider.System,
        NullLogger<CallAuditWriter>.Instance,
        _store);
}
