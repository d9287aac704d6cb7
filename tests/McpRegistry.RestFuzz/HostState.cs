using System.Text.Json.Nodes;

namespace McpRegistry.RestFuzz;

/// <summary>
/// Reads all lists of a host as an administrator of the installation and as one of a tenant, to see whether anything has changed. What
/// changes by itself is left out.
/// </summary>
internal sealed class HostState(FuzzHost host, IReadOnlyList<FuzzRoute> lists)
{
    /// <summary>The state of a key follows the clock: one that was rotated expires. What decides on it is compared.</summary>
    private static readonly string[] Moving = ["usage", "condition", "discovery", "accessCount", "lastAccess", "rotationDue", "state"];

    /// <summary>Reads what each administrator sees, by how far it reaches.</summary>
    public async Task<Dictionary<FuzzReach, string>> ReadAsync()
    {
        var states = new Dictionary<FuzzReach, string>();
        foreach (var caller in host.Administrators)
        {
            states[caller.Reach] = await ReadAsync(caller.Http);
        }

        return states;
    }

    private async Task<string> ReadAsync(HttpClient http)
    {
        var state = new List<string>();
        foreach (var route in lists)
        {
            string? cursor = null;
            do
            {
                // Rules are listed by what they are about.
                var filter = route.Kind == "access-rules" ? $"serverId={host.Ids["servers"]}" : "limit=200";
                var query = cursor is null ? $"?{filter}" : $"?{filter}&cursor={Uri.EscapeDataString(cursor)}";
                var page = JsonNode.Parse(await http.GetStringAsync(new Uri(route.Pattern + query, UriKind.Relative)))!;
                cursor = page["nextCursor"]?.GetValue<string>();
                Settle(page);
                state.Add(page.ToJsonString());
            }
            while (cursor is not null);
        }

        return string.Join('\n', state);
    }

    private static void Settle(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Settle(item);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var name in Moving)
            {
                members.Remove(name);
            }

            foreach (var (_, value) in members)
            {
                Settle(value);
            }
        }
    }
}
