using System.Collections.Immutable;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.Storage.Conformance;

/// <summary>Makes servers and questions that often meet: few values, and every kind of them.</summary>
internal sealed class RandomRegistry(Random random, TenantId[] tenants)
{
    private static readonly string[] Words = ["alpha", "Beta", "100%", "a_b", "ÄÖÜ straße", "漢字", "😀", "it's", "back\\slash", "x"];

    private readonly Guid[] _users = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];

    public (RegisteredServer Server, DiscoveryReport? Report, ServerStatistics Statistics) NextServer(int number)
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var server = Sample.Server(tenants[random.Next(tenants.Length)], $"{Word()} {Word()} {number}") with
        {
            Description = Maybe(0.7) ? $"{Word()} {Word()}" : null,
            Tags = Some(3, "tag"),
            Owner = Maybe(0.6) ? User() : null,
            Visibility = (ServerVisibility)random.Next(3),
            Enabled = Maybe(0.85),
            Endpoints = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Sample.Endpoint() with { Transport = (TransportKind)random.Next(4) })],
            CreatedAt = time.AddHours(random.Next(20)),
            UpdatedAt = time.AddHours(random.Next(20)),
        };
        CatalogueItem[] items =
        [
            .. Some(6, "tool").Select((name, i) => Sample.Tool(name, i)),
            .. Some(3, "prompt").Select((name, i) => Sample.Prompt(name, i)),
            .. Some(3, "uri:").Select((uri, i) => Sample.Resource(uri, i)),
            .. Some(2, "uri:{x}").Select((uri, i) => Sample.Template(uri, i)),
        ];
        var report = Maybe(0.9) ? Sample.Report(items) with { Health = (ServerHealth)random.Next(5) } : null;
        var calls = random.Next(5);
        return (server, report, new ServerStatistics
        {
            AverageResponseTime = calls > 0 ? random.Next(10) / 2.0 : null,
            RequestCount = calls,
            LastUsedAt = Maybe(0.7) ? time.AddHours(random.Next(10)) : null,
        });
    }

    public (TenantId Tenant, ServerQuery Query) NextQuery() => (tenants[random.Next(tenants.Length)], new ServerQuery
    {
        Tools = Maybe(0.5) ? Some(3, "tool") : [],
        Prompts = Maybe(0.2) ? Some(2, "prompt") : [],
        Resources = Maybe(0.2) ? [.. Some(2, ""), .. Some(2, "{x}")] : [],
        Tags = Maybe(0.2) ? Some(2, "tag") : [],
        Health = Maybe(0.4) ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (ServerHealth)random.Next(5))] : [],
        Transport = Maybe(0.2) ? (TransportKind)random.Next(4) : null,
        Owner = Maybe(0.1) ? User() : null,
        Text = Maybe(0.2) ? Part(Word()) : null,
        IncludeDisabled = Maybe(0.3),
        Viewer = Maybe(0.5) ? User() : null,
        Sort = Maybe(0.5) ? ServerSort.Discovery : (ServerSort)random.Next(6),
        Descending = Maybe(0.3),
        Limit = random.Next(1, 40),
    });

    private bool Maybe(double chance) => random.NextDouble() < chance;

    private Guid User() => _users[random.Next(_users.Length)];

    private string Word() => Words[random.Next(Words.Length)];

    /// <summary>Takes up to three characters out of the middle, in the other case half of the time.</summary>
    private string Part(string word)
    {
        var runes = word.EnumerateRunes().ToArray();
        var start = random.Next(runes.Length);
        var part = string.Concat(runes.Skip(start).Take(random.Next(1, 4)).Select(rune => rune.ToString()));
        return Maybe(0.5) ? part.ToUpperInvariant() : part;
    }

    private ImmutableArray<string> Some(int most, string prefix) =>
        [.. Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => prefix + Word()).Distinct(StringComparer.Ordinal)];
}
