using System.Diagnostics.Metrics;
using Xunit;

namespace McpRegistry.Core.Tests.Gateway.Caching;

public sealed class CacheBoundsTests
{
    [Fact]
    public async Task Add_MoreThanAllowed_EvictsWhatWasOfNoUse()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxEntries = 3 } } };
        await ReadAsync(gateway, "u:1", "u:2", "u:3", "u:1");

        await ReadAsync(gateway, "u:4", "u:5");

        Assert.Equal((5, 3), (gateway.Asked, gateway.Fixture.Cache.Count));
        await ReadAsync(gateway, "u:1", "u:4", "u:5");
        Assert.Equal(5, gateway.Asked);
    }

    [Fact]
    public async Task Add_StaleOnesThatWereOfUse_GoFirst()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxEntries = 2 } } };
        await ReadAsync(gateway, "u:1", "u:1");
        gateway.Advance(1000);
        await ReadAsync(gateway, "u:2", "u:3", "u:2", "u:3");

        Assert.Equal(3, gateway.Asked);
    }

    [Fact]
    public async Task Add_MoreBytesThanAllowed_KeepsTheSumWithin()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxBytes = 20_000 } } };
        gateway.Result = CachedGateway.Keepable.Replace("1.50", $"\"{new string('x', 3_000)}\"", StringComparison.Ordinal);
        for (var i = 0; i < 50; i++)
        {
            await ReadAsync(gateway, $"u:{i}");
            Assert.InRange(gateway.Fixture.Cache.Bytes, 3_000, 20_000);
        }

        Assert.InRange(gateway.Fixture.Cache.Count, 4, 6);
        gateway.Fixture.Cache.Changed(gateway.Id, McpRegistry.Protocol.McpMethod.Unknown);
        Assert.Equal((0, 0L), (gateway.Fixture.Cache.Count, gateway.Fixture.Cache.Bytes));
    }

    [Fact]
    public async Task Add_OneTooLarge_IsNotKept()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxEntryBytes = 2_000 } } };
        gateway.Result = CachedGateway.Keepable.Replace("1.50", $"\"{new string('x', 2_000)}\"", StringComparison.Ordinal);

        await ReadAsync(gateway, "u:1");

        Assert.Equal(0, gateway.Fixture.Cache.Count);
    }

    [Fact]
    public async Task Find_Stale_GivesItsRoomBack()
    {
        var gateway = new CachedGateway();
        await ReadAsync(gateway, "u:1");
        gateway.Advance(1000);
        gateway.Result = "{}";

        await ReadAsync(gateway, "u:1");

        Assert.Equal((0, 0L), (gateway.Fixture.Cache.Count, gateway.Fixture.Cache.Bytes));
    }

    [Fact]
    public async Task Add_InParallelWithChanges_CountsRight()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxEntries = 20 } } };
        var cache = gateway.Fixture.Cache;
        await Parallel.ForAsync(0, 2_000, TestContext.Current.CancellationToken, async (i, _) =>
        {
            await gateway.ReadAsync($"u:{i % 40}");
            if (i % 50 == 0)
            {
                cache.Changed(gateway.Id, McpRegistry.Protocol.McpMethod.Unknown);
            }

            Assert.InRange(cache.Count, 0, 20);
        });

        cache.Removed(gateway.Id, gateway.Fixture);
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Fact]
    public async Task Meter_Requests_AreCounted()
    {
        var gateway = new CachedGateway { Fixture = { CacheOptions = { MaxEntries = 1 } } };
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == gateway.Fixture.Meter)
            {
                self.EnableMeasurementEvents(instrument);
            }
        } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counts[Name(instrument, tags)] = counts.GetValueOrDefault(Name(instrument, tags)) + value);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => counts[Name(instrument, tags)] = value);
        listener.Start();

        await ReadAsync(gateway, "u:1", "u:1", "u:1", "u:2");
        listener.RecordObservableInstruments();

        Assert.Equal(2, counts["mcpregistry.cache.hits resources/read"]);
        Assert.Equal(2, counts["mcpregistry.cache.misses resources/read"]);
        Assert.Equal(1, counts["mcpregistry.cache.evictions"]);
        Assert.Equal(1, counts["mcpregistry.cache.entries"]);
        Assert.Equal(gateway.Fixture.Cache.Bytes, counts["mcpregistry.cache.size"]);
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";

    private static async Task ReadAsync(CachedGateway gateway, params string[] uris)
    {
        foreach (var uri in uris)
        {
            await gateway.ReadAsync(uri);
        }
    }
}
