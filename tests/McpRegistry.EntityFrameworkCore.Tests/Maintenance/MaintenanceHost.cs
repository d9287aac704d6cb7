using McpRegistry.EntityFrameworkCore.Analytics;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Maintenance;
using McpRegistry.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Maintenance;

/// <summary>A store with housekeeping, on a clock that the test moves.</summary>
internal sealed class MaintenanceHost : IAsyncDisposable
{
    private readonly TestHost _host;

    private MaintenanceHost(TestHost host, ManualTimeProvider clock, CommandLog commands)
    {
        _host = host;
        Clock = clock;
        Commands = commands;
    }

    public ManualTimeProvider Clock { get; }

    public CommandLog Commands { get; }

    public IDataRetention Retention => Get<IDataRetention>();

    public IRetentionPolicyStore Policies => Get<IRetentionPolicyStore>();

    public IMaterializedViews Views => Get<IMaterializedViews>();

    public IMaterializedViewStore Definitions => Get<IMaterializedViewStore>();

    public IDatabaseUpkeep Upkeep => Get<IDatabaseUpkeep>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="use">Chooses the store.</param>
    /// <param name="clock">The clock of several replicas; null for one of its own.</param>
    /// <param name="configure">Changes the options.</param>
    public static async Task<MaintenanceHost> StartAsync(
        Action<IMcpRegistryBuilder> use, ManualTimeProvider? clock = null, Action<HousekeepingOptions>? configure = null)
    {
        clock ??= new ManualTimeProvider();
        var commands = new CommandLog();
        var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddSingleton<ILoggerProvider>(commands);
            builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug));
            builder.Services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(
                new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
            use(builder);
            builder.Services.AddHousekeeping();
            if (configure is not null)
            {
                builder.Services.Configure(configure);
            }
        });
        return new MaintenanceHost(host, clock, commands);
    }

    public static async Task<MaintenanceHost> StartAsync(
        bool postgreSql, PostgreSqlServer server, TemporaryFolder folder, Action<HousekeepingOptions>? configure = null)
    {
        var connectionString = postgreSql ? await server.NewDatabaseAsync() : $"Data Source={folder.Combine("registry.db")}";
        return await StartAsync(
            builder => _ = postgreSql ? builder.UsePostgreSql(connectionString) : builder.UseSqlite(connectionString),
            configure: configure);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task<RegistryDbContext> OpenAsync() => Get<RegistryDatabase>().OpenAsync(Cancellation);

    public async Task AddAsync(params object[] rows)
    {
        await using var context = await OpenAsync();
        context.AddRange(rows);
        await context.SaveChangesAsync(Cancellation);
    }

    /// <summary>Adds request logs of some age, one id after the other.</summary>
    public Task AddRequestsAsync(int count, TimeSpan age, int status = 200, Guid tenant = default) =>
        AddAsync([.. Enumerable.Range(0, count).Select(_ => Request(Clock.GetUtcNow() - age, status, tenant))]);

    public static RequestLogEntity Request(DateTimeOffset at, int status = 200, Guid tenant = default) => new()
    {
        Id = Guid.CreateVersion7(at),
        TenantId = tenant,
        Method = "POST",
        Path = "/mcp",
        RequestTime = at,
        StatusCode = status,
        DurationMs = 10,
        ResponseSizeBytes = 100,
    };

    public async Task<int> CountRequestsAsync()
    {
        await using var context = await OpenAsync();
        return await context.RequestLogs.CountAsync(Cancellation);
    }

    public async Task<RetentionPolicy> AddPolicyAsync(RetentionPolicy policy) => (await Policies.AddAsync(policy, Cancellation)).Value!;

    public async Task<MaterializedViewDefinition> AddViewAsync(MaterializedViewDefinition view) =>
        (await Definitions.AddAsync(view, Cancellation)).Value!;

    /// <summary>Reads the first column of every row.</summary>
    public async Task<List<T>> QueryAsync<T>(FormattableString sql)
    {
        await using var context = await OpenAsync();
        return await context.Database.SqlQuery<T>(sql).ToListAsync(Cancellation);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var context = await OpenAsync();
        await context.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
