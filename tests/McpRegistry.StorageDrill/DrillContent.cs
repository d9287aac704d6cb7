using System.Globalization;
using System.Text;
using McpRegistry.Auditing;
using McpRegistry.Discovery;
using McpRegistry.Servers;
using McpRegistry.Tenancy;

namespace McpRegistry.StorageDrill;

/// <summary>Writes a generation into every part of a server, so that parts of two generations show.</summary>
internal static class DrillContent
{
    private const int Endpoints = 3;
    private const int TrailLength = 3;

    public static TenantId Tenant { get; } = new(new Guid("0d111111-0000-7000-8000-000000000001"));

    public static RegisteredServer NewServer(TimeProvider time)
    {
        var id = Guid.CreateVersion7();
        return WithGeneration(
            new RegisteredServer
            {
                Id = id,
                Tenant = Tenant,
                Name = $"drill/{id:n}",
                Alias = $"d{id:n}"[..32],
                Endpoints = [],
                CreatedAt = time.GetUtcNow(),
                UpdatedAt = time.GetUtcNow(),
            },
            0);
    }

    public static RegisteredServer WithGeneration(RegisteredServer server, long generation) => server with
    {
        Description = Text(generation),
        Tags = [Text(generation), "drill"],
        Endpoints = [.. Enumerable.Range(0, Endpoints).Select(i => new ServerEndpoint
        {
            Id = server.Endpoints.Length == Endpoints && generation % 2 == 0 ? server.Endpoints[i].Id : Guid.CreateVersion7(),
            Url = $"https://replica-{i}.example/{generation}",
        })],
    };

    public static DiscoveryReport Report(long generation, TimeProvider time)
    {
        var count = 3 + (int)(generation % 9);
        return new DiscoveryReport
        {
            Health = ServerHealth.Healthy,
            CompletedAt = time.GetUtcNow(),
            Instructions = Text(generation),
            HasItems = true,
            Items = [.. Enumerable.Range(0, count).Select(i => new CatalogueItem
            {
                Kind = i % 2 == 0 ? CatalogueItemKind.Tool : CatalogueItemKind.Prompt,
                Key = $"item-{i}",
                Ordinal = i,
                Json = Encoding.UTF8.GetBytes($"{{\"of\":{count},\"generation\":{generation}}}"),
            })],
        };
    }

    /// <summary>Makes audit events that are written at once, and so are all there or none.</summary>
    public static IReadOnlyList<AuditEvent> Trail(TimeProvider time)
    {
        var batch = $"{Guid.CreateVersion7():n}";
        return
        [
            .. Enumerable.Range(0, TrailLength).Select(_ => new AuditEvent
            {
                Id = Guid.CreateVersion7(),
                Tenant = Tenant,
                OccurredAt = time.GetUtcNow(),
                Action = "update",
                ResourceType = "server",
                RequestId = batch,
            }),
        ];
    }

    /// <summary>Makes the event of one call.</summary>
    public static AuditEvent Event(TimeProvider time, string action, Guid server) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = Tenant,
        OccurredAt = time.GetUtcNow(),
        Action = action,
        ResourceType = "server",
        ResourceId = server.ToString(),
    };

    /// <summary>Names the batches of which only a part was read back.</summary>
    public static IEnumerable<string> FindFaults(IEnumerable<AuditEvent> trail) => trail
        .CountBy(entry => entry.RequestId!, StringComparer.Ordinal)
        .Where(batch => batch.Value != TrailLength)
        .Select(batch => $"audit batch {batch.Key}: {batch.Value} of {TrailLength} events");

    /// <summary>Says what is wrong with a server that was read back; nothing when all of it is of one generation.</summary>
    public static IEnumerable<string> FindFaults(StoredServer stored)
    {
        var server = stored.Server;
        var generation = server.Description!;
        if (server.Endpoints.Length != Endpoints || server.Endpoints.Any(endpoint => !endpoint.Url!.EndsWith($"/{generation}", StringComparison.Ordinal)))
        {
            yield return $"server {server.Id}: its endpoints are not those of generation {generation}";
        }

        if (!server.Tags.SequenceEqual([generation, "drill"], StringComparer.Ordinal))
        {
            yield return $"server {server.Id}: its tags are not those of generation {generation}";
        }

        if (stored.Discovery is { } discovery)
        {
            var expected = Report(long.Parse(discovery.Instructions!, CultureInfo.InvariantCulture), TimeProvider.System);
            if (!expected.Items.Select(Describe).Order(StringComparer.Ordinal).SequenceEqual(
                discovery.Items.Select(Describe).Order(StringComparer.Ordinal), StringComparer.Ordinal))
            {
                yield return $"server {server.Id}: its catalogue is not that of generation {discovery.Instructions}";
            }
        }
    }

    private static string Describe(CatalogueItem item) => $"{item.Kind} {item.Key} {Encoding.UTF8.GetString(item.Json.Span)}";

    private static string Text(long generation) => generation.ToString(CultureInfo.InvariantCulture);
}
