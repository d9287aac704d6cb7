using McpRegistry.EntityFrameworkCore.PostgreSql.Storage;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class PostgreSqlConnectionOptionsTests
{
    private static readonly string[] Faults =
    [
        "Size", "AcquireTimeout", "CommandTimeout", "IdleLifetime", "MaxAge", "MaxAutoPrepare", "Scaling.MinSize",
        "Scaling.LowUtilisation", "Scaling.Window", "needs a pool of its own", "is not a connection string",
    ];

    [Fact]
    public void Validate_Defaults_AreTheDocumentedOnes()
    {
        var options = Build(null);

        Assert.Equal((15, 10, 5), (options.Read.Size, options.Write.Size, options.Analytics.Size));
        Assert.Equal(TimeSpan.FromSeconds(300), options.Analytics.CommandTimeout);
        Assert.Null(options.Shared);
    }

    [Fact]
    public void Validate_ManyFaults_ListsEveryOne()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Build(options =>
        {
            options.Read.Size = 0;
            options.Read.AcquireTimeout = TimeSpan.Zero;
            options.Write.CommandTimeout = TimeSpan.FromDays(2);
            options.Write.IdleLifetime = TimeSpan.Zero;
            options.Analytics.MaxAge = TimeSpan.FromDays(30);
            options.MaxAutoPrepare = -1;
            options.Scaling.MinSize = 101;
            options.Scaling.LowUtilisation = 0.8;
            options.Scaling.Window = TimeSpan.FromMinutes(1);
            options.Scaling.SampleInterval = TimeSpan.FromMinutes(2);
            options.Shared = new PostgreSqlPoolOptions();
            options.AnalyticsConnectionString = "Password=swordfish;Nonsense=1";
        }));

        Assert.All(Faults, fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("swordfish", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_Twice_ForgetsTheOptionsOfTheFirst()
    {
        var services = new ServiceCollection();
        var builder = new TestHost.Builder(services);
        builder.UsePostgreSql("Host=first", connections: options => options.Read.Size = 3);
        builder.UsePostgreSql("Host=second");

        using var provider = services.BuildServiceProvider();
        Assert.Equal(15, provider.GetRequiredService<IOptions<PostgreSqlConnectionOptions>>().Value.Read.Size);
    }

    [Fact]
    public void Create_Defaults_WritesWhatThePoolNeeds()
    {
        var options = new PostgreSqlConnectionOptions();

        var read = PoolConnectionString.Create("Host=db;Maximum Pool Size=7", options, options.Read, ConnectionUse.Read);
        var analytics = PoolConnectionString.Create("Host=db", options, options.Analytics, ConnectionUse.Analytics);

        Assert.Equal(("McpRegistry read", 15, 60, 300, 7200), (read.ApplicationName, read.Timeout, read.CommandTimeout, read.ConnectionIdleLifetime, read.ConnectionLifetime));
        Assert.Equal((100, "-c jit=off"), (read.MaxAutoPrepare, read.Options));
        Assert.Equal(("McpRegistry analytics", 30, 300, 14400), (analytics.ApplicationName, analytics.Timeout, analytics.CommandTimeout, analytics.ConnectionLifetime));
        Assert.Equal("-c statement_timeout=300s", analytics.Options);
    }

    [Fact]
    public void Create_HostHasItsOwnWords_KeepsThem()
    {
        var options = new PostgreSqlConnectionOptions();
        options.Read.IdleLifetime = TimeSpan.FromMilliseconds(1500);
        options.Read.MaxAge = null;
        const string Own = "Host=db;Application Name=shop;Options=-c statement_timeout=5s;SSL Mode=Require";

        var read = PoolConnectionString.Create(Own, options, options.Read, ConnectionUse.Read);
        var analytics = PoolConnectionString.Create(Own, options, options.Analytics, ConnectionUse.Analytics);

        Assert.Equal(("shop read", SslMode.Require), (read.ApplicationName, read.SslMode));
        Assert.Equal("-c jit=off -c statement_timeout=5s", read.Options);
        Assert.Equal((2, 2, 0), (read.ConnectionIdleLifetime, read.ConnectionPruningInterval, read.ConnectionLifetime));
        Assert.Equal("-c statement_timeout=5s -c statement_timeout=300s", analytics.Options);
    }

    [Fact]
    public void Create_TransactionPooler_NeedsNoSession()
    {
        var options = new PostgreSqlConnectionOptions { TransactionPooler = true };

        var analytics = PoolConnectionString.Create("Host=pgbouncer", options, options.Analytics, ConnectionUse.Analytics);

        Assert.Equal((0, null, true, 300), (analytics.MaxAutoPrepare, analytics.Options, analytics.NoResetOnClose, analytics.CommandTimeout));
    }

    private static PostgreSqlConnectionOptions Build(Action<PostgreSqlConnectionOptions>? connections)
    {
        var services = new ServiceCollection();
        new TestHost.Builder(services).UsePostgreSql("Host=nowhere", connections: connections);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<PostgreSqlConnectionOptions>>().Value;
    }
}
