using McpRegistry.ApiKeys;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.EntityFrameworkCore.Tests.Support;
using McpRegistry.Servers;
using McpRegistry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class StorageChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string First => $"Data Source={_folder.Combine("first.db")}";

    private string Second => $"Data Source={_folder.Combine("second.db")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Use_Twice_RegistersEachContractOnceAndTheLastFileWins()
    {
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.UseSqlite(First, options => options.ConnectAttempts = 7);
            builder.UseSqlite(Second);
            AssertOneOfEach(builder.Services);
        });

        Assert.False(File.Exists(_folder.Combine("first.db")));
        Assert.True(File.Exists(_folder.Combine("second.db")));
        Assert.Equal(30, host.Services.GetRequiredService<IOptions<DatabaseStorageOptions>>().Value.ConnectAttempts);
    }

    [Fact]
    public async Task UseInMemory_AfterSqlite_TouchesNoFile()
    {
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.UseSqlite(First).UseInMemory();
            AssertOneOfEach(builder.Services);
        });

        Assert.False(File.Exists(_folder.Combine("first.db")));
        Assert.Equal(0, await host.Services.GetRequiredService<IRevisionStore>().GetAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void UseSqlite_AfterTheOthers_IsTheOneChosen()
    {
        var services = new ServiceCollection();
        new TestHost.Builder(services).UseInMemory().UsePostgreSql("Host=nowhere").UseSqlite(First);

        AssertOneOfEach(services);
        using var provider = services.BuildServiceProvider();
        Assert.Equal("SqliteDatabaseProvider", provider.GetRequiredService<IDatabaseProvider>().GetType().Name);
    }

    [Fact]
    public void Configure_ByTheHost_SurvivesTheChoiceOfAProvider()
    {
        var services = new ServiceCollection();
        services.Configure<DatabaseStorageOptions>(options => options.ConnectAttempts = 3);
        new TestHost.Builder(services).UseSqlite(First).UseSqlite(Second);

        using var provider = services.BuildServiceProvider();
        Assert.Equal(3, provider.GetRequiredService<IOptions<DatabaseStorageOptions>>().Value.ConnectAttempts);
    }

    private static void AssertOneOfEach(IServiceCollection services)
    {
        Type[] contracts = [typeof(IServerStore), typeof(IApiKeyStore), typeof(IRevisionStore), typeof(IStorageInitializer)];
        Assert.All(contracts, contract => Assert.Single(services, service => service.ServiceType == contract));
    }
}
