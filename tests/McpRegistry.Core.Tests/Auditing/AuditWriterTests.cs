using System.Threading.Channels;
using McpRegistry.Auditing;
using McpRegistry.Core.Tests.Supervision;
using McpRegistry.Core.Tests.Writers;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.Writers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Auditing;

public sealed class AuditWriterTests : IAuditStore
{
    private readonly WriterFixture _fixture = new();
    private readonly AuditOptions _options = new();
    private readonly Channel<AuditEvent[]> _attempts = Channel.CreateUnbounded<AuditEvent[]>();
    private readonly Channel<bool> _answers = Channel.CreateUnbounded<bool>();
    private readonly List<Guid> _committed = [];
    private Guid _poison;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_Waits_UntilItsRowIsCommitted()
    {
        await using var writer = Create();
        var auditEvent = Event();

        var writing = writer.WriteAsync(auditEvent, Cancellation).AsTask();
        await NextAttemptAsync();
        Assert.False(writing.IsCompleted);
        Assert.Empty(_committed);
        _answers.Writer.TryWrite(true);
        await writing;

        Assert.Equal([auditEvent.Id], _committed);
    }

    [Fact]
    public async Task Write_ManyDuringACommit_ShareTheNext()
    {
        await using var writer = Create();
        var first = writer.WriteAsync(Event(), Cancellation).AsTask();
        Assert.Single(await NextAttemptAsync());
        var others = Enumerable.Range(0, 50).Select(_ => writer.WriteAsync(Event(), Cancellation).AsTask()).ToArray();

        _answers.Writer.TryWrite(true);
        await first;
        Assert.Equal(50, (await NextAttemptAsync()).Length);
        Assert.All(others, other => Assert.False(other.IsCompleted));
        _answers.Writer.TryWrite(true);
        await Task.WhenAll(others);

        Assert.Equal(51, _committed.Count);
    }

    [Fact]
    public async Task Write_Full_WaitsAndDropsNothing()
    {
        _options.Capacity = 2;
        _options.BatchSize = 1;
        await using var writer = Create();
        var writes = Enumerable.Range(0, 20).Select(_ => writer.WriteAsync(Event(), Cancellation).AsTask()).ToArray();
        for (var i = 0; i < writes.Length; i++)
        {
            Assert.Single(await NextAttemptAsync());
            _answers.Writer.TryWrite(true);
        }

        await Task.WhenAll(writes);

        Assert.Equal(20, _committed.Distinct().Count());
    }

    [Fact]
    public async Task Write_StoreFails_TriesAgainWithTheSameRows()
    {
        await using var writer = Create();
        var auditEvent = Event();
        var writing = writer.WriteAsync(auditEvent, Cancellation).AsTask();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(auditEvent.Id, Assert.Single(await NextAttemptAsync()).Id);
            _answers.Writer.TryWrite(false);
            _fixture.Time.Clock.Advance(await NextDelayAsync());
        }

        await NextAttemptAsync();
        Assert.False(writing.IsCompleted);
        _answers.Writer.TryWrite(true);
        await writing;

        Assert.Equal([auditEvent.Id], _committed);
    }

    [Fact]
    public async Task Write_StoreRefusesAnEvent_TellsItsCallerAndCommitsTheOthers()
    {
        await using var writer = Create();
        var poison = Event();
        _poison = poison.Id;
        var first = writer.WriteAsync(Event(), Cancellation).AsTask();
        await NextAttemptAsync();
        var before = writer.WriteAsync(Event(), Cancellation).AsTask();
        var refused = writer.WriteAsync(poison, Cancellation).AsTask();
        var behind = Enumerable.Range(0, 5).Select(_ => writer.WriteAsync(Event(), Cancellation).AsTask()).ToArray();

        for (var i = 0; i < 8; i++)
        {
            _answers.Writer.TryWrite(true);
        }

        await Task.WhenAll([first, before, .. behind]);
        await Assert.ThrowsAsync<ArgumentException>(() => refused);
        Assert.Equal(7, _committed.Distinct().Count());
        Assert.Equal(7, _committed.Count);
    }

    [Fact]
    public async Task Write_CallerGivesUpWhileTheStoreFails_IsLeftOut()
    {
        await using var writer = Create();
        using var impatient = new CancellationTokenSource();
        var abandoned = writer.WriteAsync(Event(), impatient.Token).AsTask();
        await NextAttemptAsync();
        var patient = Event();
        _answers.Writer.TryWrite(false);
        var delay = await NextDelayAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        var waiting = writer.WriteAsync(patient, Cancellation).AsTask();

        _fixture.Time.Clock.Advance(delay);
        Assert.Equal(patient.Id, Assert.Single(await NextAttemptAsync()).Id);
        _answers.Writer.TryWrite(true);
        await waiting;

        Assert.Equal([patient.Id], _committed);
    }

    [Fact]
    public async Task Write_AlreadyCancelled_WritesNothing()
    {
        await using var writer = Create();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.WriteAsync(Event(), new CancellationToken(canceled: true)));

        Assert.False(_attempts.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Refused_CallerHasHungUp_IsWrittenAllTheSame()
    {
        await using var writer = Create();
        var attempt = Event();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await new ChangeAudit(_fixture.Time, writer, this).RefusedAsync(attempt, "stale", new CancellationToken(canceled: true)));

        var written = Assert.Single(await NextAttemptAsync());
        Assert.Equal((attempt.Id, false, "stale"), (written.Id, written.Success, written.ErrorMessage));
        _answers.Writer.TryWrite(true);
    }

    [Fact]
    public async Task Stop_RowsWait_CommitsThemAndRefusesFurtherOnes()
    {
        var writer = Create();
        var first = writer.WriteAsync(Event(), Cancellation).AsTask();
        await NextAttemptAsync();
        var second = writer.WriteAsync(Event(), Cancellation).AsTask();

        var stopping = writer.StopAsync();
        _answers.Writer.TryWrite(true);
        _answers.Writer.TryWrite(true);
        await stopping;

        await Task.WhenAll(first, second);
        Assert.Equal(2, _committed.Count);
        await Assert.ThrowsAsync<AuditLostException>(async () => await writer.WriteAsync(Event(), Cancellation));
    }

    [Fact]
    public async Task Stop_StoreHangs_TellsEveryCallerAndAcknowledgesNone()
    {
        var writer = Create();
        var first = writer.WriteAsync(Event(), Cancellation).AsTask();
        await NextAttemptAsync();
        var second = writer.WriteAsync(Event(), Cancellation).AsTask();

        var stopping = writer.StopAsync();
        _fixture.Time.Clock.Advance(_fixture.Options.ShutdownTimeout);
        await stopping;

        await Assert.ThrowsAsync<AuditLostException>(() => first);
        await Assert.ThrowsAsync<AuditLostException>(() => second);
        Assert.Empty(_committed);
    }

    public async ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        _attempts.Writer.TryWrite([.. events]);
        if (events.Any(auditEvent => auditEvent.Id == _poison))
        {
            throw new ArgumentException("No store keeps this.", nameof(events));
        }

        if (!await _answers.Reader.ReadAsync(cancellationToken))
        {
            throw new InvalidOperationException("The store is down.");
        }

        _committed.AddRange(events.Select(auditEvent => auditEvent.Id));
    }

    public ValueTask<IReadOnlyList<AuditEvent>> SearchAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<AuditChainHead?> FindHeadAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ChainedAuditEvent>> ReadChainAsync(
        TenantId tenant, long afterSequence, Guid? afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<UnchainedAuditEvents> FindUnchainedAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<McpAuditEntry>> SearchMcpAsync(TenantId tenant, AuditQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static AuditEvent Event() => new()
    {
        Id = Guid.CreateVersion7(),
        OccurredAt = DateTimeOffset.UnixEpoch,
        Action = "server.update",
        ResourceType = "server",
    };

    private AuditWriter Create()
    {
        var writer = new AuditWriter(
            Microsoft.Extensions.Options.Options.Create(_options),
            Microsoft.Extensions.Options.Options.Create(_fixture.Options),
            _fixture.Instruments,
            _fixture.Time,
            NullLogger<AuditWriter>.Instance,
            this);
        writer.Start();
        return writer;
    }

    private ValueTask<AuditEvent[]> NextAttemptAsync() => _attempts.Reader.NextAsync("rows are written", Cancellation);

    private ValueTask<TimeSpan> NextDelayAsync() => _fixture.Time.NextDelayAsync();
}
