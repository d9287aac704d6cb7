using McpRegistry.ApiKeys;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>The table of warm keys against a dictionary.</summary>
public sealed class DigestTableTests
{
    private readonly DigestTable _table = new();

    [Fact]
    public void TryGet_AfterManyChanges_FindsWhatIsThereAndNothingElse()
    {
        var random = new Random(7);
        var there = new Dictionary<ulong, RememberedKey>();
        for (var i = 0; i < 50_000; i++)
        {
            var number = (ulong)random.Next(3_000);
            if (there.Remove(number, out var known))
            {
                _table.Remove(known);
            }
            else
            {
                there.Add(number, Add(number));
            }

            var asked = (ulong)random.Next(3_000);
            Assert.Equal(there.TryGetValue(asked, out var expected), _table.TryGet(Digest(asked), out var found));
            Assert.Same(expected, found);
        }

        Assert.All(there, one => Assert.True(_table.TryGet(Digest(one.Key), out var found) && ReferenceEquals(one.Value, found)));
        _table.Clear();
        Assert.DoesNotContain(there, one => _table.TryGet(Digest(one.Key), out _));
    }

    [Fact]
    public void Remove_OneThatIsNotThere_ChangesNothing()
    {
        var known = Add(1);
        _table.Remove(Remembered(2));

        Assert.True(_table.TryGet(Digest(1), out var found));
        Assert.Same(known, found);
    }

    [Fact]
    public async Task TryGet_WhileOthersComeAndGo_NeverFindsAnotherKey()
    {
        var kept = Enumerable.Range(0, 1_000).Select(static i => (ulong)i).ToDictionary(static i => i, Add);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var found = 0;
            for (var i = 0UL; !done.IsCancellationRequested || i < 10_000; i++)
            {
                if (_table.TryGet(Digest(i % 2_000), out var known))
                {
                    Assert.Equal(Digest(i % 2_000), known.Digest);
                    found++;
                }
            }

            return found;
        });
        for (var round = 0; round < 20; round++)
        {
            var others = Enumerable.Range(1_000, 1_000).Select(static i => Remembered((ulong)i)).ToList();
            others.ForEach(_table.Add);
            others.ForEach(_table.Remove);
        }

        await done.CancelAsync();

        Assert.InRange(await reading, 1, int.MaxValue);
        Assert.All(kept, one => Assert.True(_table.TryGet(Digest(one.Key), out var found) && ReferenceEquals(one.Value, found)));
    }

    private static ApiKeyDigest Digest(ulong number) => new(number * 0x9E3779B97F4A7C15, number, 1, 2);

    private static RememberedKey Remembered(ulong number)
    {
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(), Tenant = TenantId.Global, LookupId = $"{number}", Name = $"{number}", LastFour = "0000",
            Salt = default, Hash = default, Scopes = ApiKeyScope.Read, CreatedAt = default,
        };
        return new RememberedKey(new StoredApiKey(key, ApiKeyUsage.None, ApiKeyLockout.None), null, ApiKeyFailure.None, DateTimeOffset.MaxValue) { Digest = Digest(number) };
    }

    private RememberedKey Add(ulong number)
    {
        var known = Remembered(number);
        _table.Add(known);
        return known;
    }
}
