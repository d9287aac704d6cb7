using System.Net;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Benchmarks.ApiKeys;

/// <summary>What does a warm key cost, against one SHA-256 of its text, with one and with many keys warm?</summary>
public class KeyValidationBenchmark
{
    // A walk over all keys, so that what is measured is not one line of the processor's cache. Prime, to reach each.
    private const int Step = 7_919;
    private static readonly IPAddress Address = IPAddress.Parse("::ffff:203.0.113.7");
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private string[] _texts = [];
    private byte[][] _utf8 = [];
    private int _next;
    private IApiKeyValidator _validator = null!;

    [Params(1, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();

        // Longer than the measuring of one line: the keys must be warm.
        services.AddMcpRegistryApiKeys(static options => options.CacheLifetime = TimeSpan.FromMinutes(5)).UseInMemory();
        var provider = services.BuildServiceProvider();
        var composer = provider.GetRequiredService<ApiKeyComposer>();
        var store = provider.GetRequiredService<IApiKeyStore>();
        _validator = provider.GetRequiredService<IApiKeyValidator>();
        _texts = new string[Keys];
        for (var i = 0; i < Keys; i++)
        {
            _texts[i] = ApiKeyFormat.Generate("live");
            await store.AddAsync(TenantId.Global, composer.Compose(_texts[i], $"key {i}", ApiKeyScope.Proxy, null), null, CancellationToken.None);
            if (!(await _validator.ValidateAsync(_texts[i], Address, CancellationToken.None)).IsValid)
            {
                throw new InvalidOperationException("The keys must be valid for the figures to mean anything.");
            }
        }

        _utf8 = [.. _texts.Select(Encoding.UTF8.GetBytes)];
    }

    [Benchmark(Baseline = true)]
    public int OneHash() => SHA256.HashData(_utf8[Next()], _hash);

    /// <summary>The same from the text, as a key comes: its characters have to be read from memory as well.</summary>
    [Benchmark]
    public bool OneHashOfText() => ApiKeyDigest.TryCompute(_texts[Next()], out _);

    [Benchmark]
    public bool WarmKey()
    {
        var validation = _validator.ValidateAsync(_texts[Next()], Address, CancellationToken.None);
        return validation.IsCompletedSuccessfully && validation.Result.IsValid;
    }

    private int Next() => _next = (_next + Step) % Keys;
}
