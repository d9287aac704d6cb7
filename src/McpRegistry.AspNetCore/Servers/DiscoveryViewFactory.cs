using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Discovery;
using McpRegistry.Servers;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Turns discovery reports into answers.</summary>
internal static class DiscoveryViewFactory
{
    public static DiscoveryView Create(DiscoveryReport report, bool withCounts, bool withItems) => new(
        WireNames<ServerHealth>.Of(report.Health),
        report.CompletedAt,
        (long)report.Duration.TotalMilliseconds,
        report.Era is { } era ? WireNames<ProtocolEra>.Of(era) : null,
        report.ProtocolVersion,
        ParseObject(report.ServerInfo),
        [.. report.Faults.Select(static fault => new FaultView(fault.Reason, fault.Message))])
    {
        Counts = withCounts ? Count(report) : null,
        Items = withItems ? List(report) : null,
    };

    private static CountsView Count(DiscoveryReport report)
    {
        Span<int> counts = stackalloc int[Enum.GetValues<CatalogueItemKind>().Length];
        foreach (var item in report.Items)
        {
            counts[(int)item.Kind]++;
        }

        return new CountsView(
            counts[(int)CatalogueItemKind.Tool],
            counts[(int)CatalogueItemKind.Resource],
            counts[(int)CatalogueItemKind.ResourceTemplate],
            counts[(int)CatalogueItemKind.Prompt]);
    }

    private static ItemsView List(DiscoveryReport report)
    {
        return new ItemsView(
            Keys(CatalogueItemKind.Tool), Keys(CatalogueItemKind.Resource), Keys(CatalogueItemKind.ResourceTemplate), Keys(CatalogueItemKind.Prompt));

        ImmutableArray<string> Keys(CatalogueItemKind kind) =>
            [.. report.Items.Where(item => item.Kind == kind).Select(static item => item.Key)];
    }

    /// <summary>What a server says about itself is untrusted; what is no JSON object is left out.</summary>
    private static JsonElement? ParseObject(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
