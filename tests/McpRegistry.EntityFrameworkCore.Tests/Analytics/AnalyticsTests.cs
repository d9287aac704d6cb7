using McpRegistry.Analytics;
using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.EntityFrameworkCore.Servers;
using McpRegistry.Servers;
using McpRegistry.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Analytics;

/// <summary>The same rows and the same answers, counted by hand, on every database.</summary>
public abstract partial class AnalyticsTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private TestHost? _host;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected Guid Tenant { get; } = Guid.CreateVersion7();

    private protected Guid OtherTenant { get; } = Guid.CreateVersion7();

    private protected DateTimeOffset Now => _time.GetUtcNow();

    private protected IRegistryAnalytics Analytics => _host!.Services.GetRequiredService<IRegistryAnalytics>();

    public virtual async ValueTask InitializeAsync()
    {
        // The gauges of PostgreSQL go by its own clock, so the clock of the host must stand where that one is.
        _time.Advance(StoredTime.Normalize(TimeProvider.System.GetUtcNow()) - _time.GetUtcNow());
        _host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            Use(builder);
        });
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Use(IMcpRegistryBuilder builder);

    private protected async Task SaveAsync(params IEnumerable<object> rows)
    {
        await using var context = await OpenAsync();
        context.AddRange(rows);
        await context.SaveChangesAsync(Cancellation);
    }

    private protected Task<RegistryDbContext> OpenAsync() => _host!.Services.GetRequiredService<RegistryDatabase>().OpenAsync(Cancellation);

    private protected ServerEntity Server(Guid tenant, ServerHealth health, double? responseTime = null, double? successRate = null)
    {
        var id = Guid.CreateVersion7();
        return new ServerEntity
        {
            Id = id,
            TenantId = tenant,
            Name = id.ToString(),
            NameKey = id.ToString(),
            Alias = id.ToString(),
            Tags = [],
            HealthStatus = health,
            AvgResponseTime = responseTime,
            SuccessRate = successRate,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
    }

    private protected RequestLogEntity Request(double? duration = null, int? status = null, TimeSpan age = default, Guid? tenant = null) => new()
    {
        Id = Guid.CreateVersion7(),
        TenantId = tenant ?? Tenant,
        Method = "POST",
        Path = "/mcp",
        RequestTime = Now - age,
        DurationMs = duration,
        StatusCode = status,
    };
}

public sealed class SqliteAnalyticsTests : AnalyticsTests
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override void Use(IMcpRegistryBuilder builder) => builder.UseSqlite($"Data Source={_folder.Combine("registry.db")}");
}

public sealed partial class PostgreSqlAnalyticsTests(PostgreSqlServer server) : AnalyticsTests
{
    private string _connection = "";

    public override async ValueTask InitializeAsync()
    {
        _connection = await server.NewDatabaseAsync();
        await base.InitializeAsync();
    }

    private protected override void Use(IMcpRegistryBuilder builder) => builder.UsePostgreSql(_connection);
}
