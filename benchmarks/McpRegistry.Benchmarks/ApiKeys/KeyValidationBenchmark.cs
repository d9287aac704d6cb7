using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Benchmarks.ApiKeys;

/// <summary>What does a warm key cost, against one SHA-256 of its text?</summary>
public class KeyValidationBenchmark
{
    private const string Presented = "an-operators-key-of-forty-two-characters-0";
    private static readonly byte[] Utf8 = Encoding.UTF8.GetBytes(Presented);
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private IApiKeyValidator _validator = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("McpRegistry:Bootstrap:AdminKey", Presented)]).Build());
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddApiKeys();
        new Builder(services).UseInMemory();
        var provider = services.BuildServiceProvider();
        foreach (var task in provider.GetServices<McpRegistry.Hosting.IStartupTask>())
        {
            await task.RunAsync(CancellationToken.None);
        }

        _validator = provider.GetRequiredService<IApiKeyValidator>();
        if (!(await _validator.ValidateAsync(Presented, CancellationToken.None)).IsValid)
        {
            throw new InvalidOperationException("The key must be valid for the figures to mean anything.");
        }
    }

    [Benchmark(Baseline = true)]
    public int OneHash() => SHA256.HashData(Utf8, _hash);

    [Benchmark]
    public bool WarmKey()
    {
        var validation = _validator.ValidateAsync(Presented, CancellationToken.None);
        return validation.IsCompletedSuccessfully && validation.Result.IsValid;
    }

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;
}
