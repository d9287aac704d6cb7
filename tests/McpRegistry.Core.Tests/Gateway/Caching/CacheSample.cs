using McpRegistry.Gateway.Caching;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using Microsoft.Extensions.Options;

namespace McpRegistry.Core.Tests.Gateway.Caching;

/// <summary>Makes caches.</summary>
internal static class CacheSample
{
    public static ResponseCache Cache(RegistrySnapshots snapshots, TimeProvider time, ResponseCacheOptions? options = null) =>
        new(snapshots, Options.Create(options ?? new ResponseCacheOptions()), time, new CacheInstruments(new RegistryMeter()));
}
