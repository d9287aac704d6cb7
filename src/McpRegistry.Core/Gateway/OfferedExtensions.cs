using System.Text.Json;
using McpRegistry.Protocol;
using McpRegistry.Servers;
using McpRegistry.Snapshots;

namespace McpRegistry.Gateway;

/// <summary>Says which extensions an endpoint offers: those that its servers declare and the operator allows.</summary>
internal static class OfferedExtensions
{
    /// <summary>Writes the member <c>extensions</c>; nothing when there are none.</summary>
    /// <param name="json">The capabilities, open.</param>
    /// <param name="servers">The servers of the endpoint, in their stable order.</param>
    /// <param name="era">The client's era: the extension for tasks is of modern sides only.</param>
    /// <param name="allows">Decides which extensions may be negotiated.</param>
    public static void Write(Utf8JsonWriter json, IEnumerable<ServerEntry> servers, ProtocolEra era, Func<string, bool> allows)
    {
        var offered = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var report in servers.Select(static entry => entry.Report))
        {
            var members = new JsonMembers(ExtensionFilter.Of(report is null ? default : report.Capabilities.Span));
            while (members.Next())
            {
                if (members.Name is { } name && allows(name) && (name != ExtensionNames.Tasks || (era, report!.Era) == (ProtocolEra.Modern, ProtocolEra.Modern)))
                {
                    Add(offered, name, members.RawValue);
                }
            }
        }

        if (offered.Count == 0)
        {
            return;
        }

        json.WriteStartObject("extensions"u8);
        foreach (var (name, settings) in offered)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(settings, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>Settings hold for all servers only if all say the same; without any an extension is simply supported.</summary>
    private static void Add(SortedDictionary<string, byte[]> offered, string name, ReadOnlySpan<byte> settings)
    {
        if (!offered.TryGetValue(name, out var others))
        {
            offered.Add(name, settings.ToArray());
        }
        else if (!settings.SequenceEqual(others))
        {
            offered[name] = "{}"u8.ToArray();
        }
    }
}
