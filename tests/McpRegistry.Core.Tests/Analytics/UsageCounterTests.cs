using System.Threading.Channels;
using McpRegistry.Analytics;
using McpRegistry.ApiKeys;
using McpRegistry.Core.Tests.Writers;
using McpRegistry.Discovery;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace McpRegistry.Core.Tests.Analytics;

public sealed class UsageCounterTests : IUsageStore, IServerMetricStore
{
    private static readonly Guid Server = Guid.CreateVersion7();
    private static readonly Guid Key = Guid.CreateVersion7();
    private readonly WriterFixture _fixture = new();
    private readonly UsageOptions _options = new();
    private readonly List<UsageDelta> _stored = [];
    private readonly List<ServerMetric> _metrics = [];
    private readonly Channel<int> _attempts = Channel.CreateUnbounded<int>();
    private bool _isDown;
    private TaskCompletionSource? _gate;

    [Fact]
    public async Task Write_Calls_AreAddedUpBySubject()
    {
        await using var usage = Create();
        var entry = Entry();
        usage.Write(Call(entry, McpMethod.ToolsCall, "work", 10));
        usage.Write(Call(entry, McpMethod.ToolsCall, "work", 30, "timeout"));
        usage.Write(Call(entry, McpMethod.ToolsCall, "invented", 5));
        usage.Write(Call(entry, McpMethod.PromptsGet, "ask", 5));
        usage.Write(Call(entry, McpMethod.ResourcesRead, "test://one", 5));
        usage.Write(Call(entry, McpMethod.ResourcesRead, "test://many/7", 5));
        usage.Write(Call(null, McpMethod.ToolsList, null, 5));

        await usage.FlushAsync();

        Assert.Equal(
            [
                (UsageSubject.Server, Server, null, 6, 1, 60),
                (UsageSubject.ApiKey, Key, null, 7, 1, 65),
                (UsageSubject.Tool, Server, "work", 2, 1, 40),
                (UsageSubject.Resource, Server, "test://one", 1, 0, 5),
                (UsageSubject.ResourceTemplate, Server, "test://many/{id}", 1, 0, 5),
                (UsageSubject.Prompt, Server, "ask", 1, 0, 5),
            ],
            _stored.OrderBy(delta => delta.Subject).Select(delta => (delta.Subject, delta.Id, delta.ItemKey, delta.Calls, delta.Errors, delta.TotalMs)));
        var metric = Assert.Single(_metrics);
        Assert.Equal((Server, 6, 1, 10.0), (metric.ServerId, metric.RequestCount, metric.ErrorCount, metric.ResponseTimeMs));
    }

    [Fact]
    public async Task Flush_NothingNew_WritesNothing()
    {
        await using var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));
        await usage.FlushAsync();
        _stored.Clear();
        _metrics.Clear();

        await usage.FlushAsync();

        Assert.Empty(_stored);
        Assert.Empty(_metrics);
    }

    [Fact]
    public async Task Write_StoreFails_KeepsTheSumsAndCountsOn()
    {
        _isDown = true;
        await using var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));
        var flush = usage.FlushAsync();
        await _attempts.Reader.NextAsync("sums are written", TestContext.Current.CancellationToken);
        for (var i = 0; i < 1_000; i++)
        {
            usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));
        }

        _isDown = false;
        await AdvanceUntilAsync(() => flush.IsCompleted, "what failed is written");

        await usage.StopAsync();

        Assert.Equal(1_001, _stored.Where(delta => delta.Subject == UsageSubject.Tool).Sum(delta => delta.Calls));
        Assert.Equal(0, usage.Dropped);
    }

    [Fact]
    public async Task Write_MoreSubjectsThanAllowed_AreDroppedAndCounted()
    {
        _options.MaxSubjects = 2;
        await using var usage = Create();
        for (var i = 0; i < 5; i++)
        {
            var call = Call(null, McpMethod.ToolsList, null, 1);
            call.ApiKeyId = Guid.CreateVersion7();
            usage.Write(call);
        }

        await usage.FlushAsync();

        Assert.Equal((2, 3), (_stored.Count, usage.Dropped));
    }

    [Fact]
    public async Task Stop_CallsWait_AreWrittenWithTheirMetrics()
    {
        var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));

        await usage.StopAsync();

        Assert.Equal(3, _stored.Count);
        Assert.Single(_metrics);
        await usage.DisposeAsync();
    }

    [Fact]
    public async Task Stop_WhileAFailedWriteWaits_WritesItsSums()
    {
        _isDown = true;
        await using var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));
        await AdvanceUntilAsync(() => _attempts.Reader.TryRead(out _), "sums are written");

        // The clock stands still from here on, so nothing but the stop can write what failed.
        _isDown = false;
        await usage.StopAsync();

        Assert.Equal(1, Assert.Single(_stored, delta => delta.Subject == UsageSubject.Tool).Calls);
        Assert.Equal(0, usage.Dropped);
    }

    [Fact]
    public async Task Stop_StoreFailsAtThatMoment_WritesItsSums()
    {
        var gate = _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));
        await AdvanceUntilAsync(() => _attempts.Reader.TryRead(out _), "sums are written");

        var stopping = usage.StopAsync();
        gate.SetException(new InvalidOperationException("The connection broke."));
        await stopping;

        Assert.Equal(1, Assert.Single(_stored, delta => delta.Subject == UsageSubject.Tool).Calls);
        Assert.Equal(0, usage.Dropped);
    }

    [Fact]
    public async Task Write_StoreRefusesASum_WritesTheOthersAndCountsItsCalls()
    {
        await using var usage = Create();
        usage.Write(Call(Entry("poison"), McpMethod.ToolsCall, "poison", 10));
        usage.Write(Call(Entry("poison"), McpMethod.ToolsCall, "poison", 10));

        await usage.FlushAsync();

        Assert.Equal([UsageSubject.Server, UsageSubject.ApiKey], _stored.Select(delta => delta.Subject).Order());
        Assert.Equal(2, usage.Dropped);
    }

    [Fact]
    public async Task Stop_StoreHangs_EndsAtTheLimitAndCountsTheCalls()
    {
        _isDown = true;
        var usage = Create();
        usage.Write(Call(Entry(), McpMethod.ToolsCall, "work", 10));

        var stopping = usage.StopAsync();
        await _attempts.Reader.NextAsync("sums are written", TestContext.Current.CancellationToken);
        _fixture.Time.Clock.Advance(_fixture.Options.ShutdownTimeout);
        await stopping;

        Assert.Equal(3, usage.Dropped);
        await usage.DisposeAsync();
    }

    [Fact]
    public async Task Record_SwitchedOff_IsOff()
    {
        _options.Enabled = false;
        await using var usage = Create();

        Assert.False(usage.IsOn);
    }

    public async ValueTask AddAsync(IReadOnlyList<UsageDelta> deltas, CancellationToken cancellationToken)
    {
        var gate = Interlocked.Exchange(ref _gate, null);
        _attempts.Writer.TryWrite(deltas.Count);
        await (gate?.Task ?? Task.CompletedTask);
        if (deltas.Any(delta => delta.ItemKey == "poison"))
        {
            throw new ArgumentException("No store keeps this.", nameof(deltas));
        }

        if (_isDown)
        {
            throw new InvalidOperationException("The store is down.");
        }

        _stored.AddRange(deltas);
    }

    public ValueTask AppendAsync(IReadOnlyList<ServerMetric> metrics, CancellationToken cancellationToken)
    {
        _metrics.AddRange(metrics);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<UsageTotals>> ListServerAsync(TenantId tenant, Guid serverId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<UsageTotals?> FindKeyAsync(TenantId tenant, Guid keyId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ServerMetric>> ListAsync(
        TenantId tenant, Guid serverId, DateTimeOffset from, RowPosition? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    internal static CallRecord Call(ServerEntry? server, McpMethod method, string? name, int milliseconds, string? error = null) => new()
    {
        ApiKeyId = Key,
        Server = server,
        McpMethod = method,
        TargetName = name,
        HttpMethod = "POST",
        Path = "/mcp",
        StatusCode = 200,
        EndedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromMilliseconds(milliseconds),
        ErrorType = error,
    };

    internal static ServerEntry Entry(string tool = "work")
    {
        var server = new RegisteredServer
        {
            Id = Server,
            Name = "alpha",
            Alias = "alpha",
            Endpoints = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        var report = new DiscoveryReport
        {
            Health = ServerHealth.Healthy,
            CompletedAt = DateTimeOffset.UnixEpoch,
            HasItems = true,
            Items =
            [
                Item(CatalogueItemKind.Tool, tool),
                Item(CatalogueItemKind.Prompt, "ask"),
                Item(CatalogueItemKind.Resource, "test://one"),
                Item(CatalogueItemKind.ResourceTemplate, "test://many/{id}"),
            ],
        };
        return new ServerEntry(server, report, new ServerCondition(ServerHealth.Healthy, null, DateTimeOffset.UnixEpoch), null!);
    }

    private static CatalogueItem Item(CatalogueItemKind kind, string key) => new() { Kind = kind, Key = key, Ordinal = 0, Json = "{}"u8.ToArray() };

    /// <summary>Moves the clock on: when the one who waits for it sets his timer is not known here.</summary>
    private Task AdvanceUntilAsync(Func<bool> condition, string expected) => Patience.UntilAsync(
        condition, expected, TestContext.Current.CancellationToken, () => _fixture.Time.Clock.Advance(TimeSpan.FromSeconds(1)));

    private UsageCounter Create()
    {
        var usage = new UsageCounter(
            Microsoft.Extensions.Options.Options.Create(_options),
            Microsoft.Extensions.Options.Options.Create(_fixture.Options),
            _fixture.Instruments,
            _fixture.Time,
            NullLogger<UsageCounter>.Instance,
            this,
            this);
        usage.Start();
        return usage;
    }
}
