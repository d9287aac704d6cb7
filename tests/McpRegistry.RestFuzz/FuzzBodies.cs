using System.Text.Json.Nodes;

namespace McpRegistry.RestFuzz;

/// <summary>A good body for each route that takes one. A route that writes and is not here fails the run: add it.</summary>
internal static class FuzzBodies
{
    /// <summary>The program that servers may be; none is started, since they are not enabled.</summary>
    public const string Command = "/bin/cat";

    private static readonly Dictionary<string, string> Templates = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/servers"] = """
            {"name":"n","alias":"a","description":"d","tags":["t"],"isolation":"shared","enabled":false,"url":"https://fuzz.example/mcp","transport":"sse",
             "credential":{"type":"client_credentials","clientId":"c","clientSecret":"s","issuer":"https://issuer.example","resource":"https://r.example","scopes":["a"]}}
            """,
        ["PUT /api/v1/servers/{id}"] = """
            {"name":"n","description":"d","enabled":false,"endpoints":[{"url":"https://fuzz.example/mcp","weight":1,"zone":"z","era":"legacy"}],
             "credential":{"type":"headers","headers":{"X-Key":"v"}}}
            """,
        ["POST /api/v1/keys"] = """
            {"name":"n","description":"d","scopes":["read"],"expiresAt":"2090-01-01T00:00:00Z","allowedServers":[],"allowedMethods":["tools/list"],
             "allowedAddresses":["10.0.0.0/8"],"limitPerHour":1,"limitPerDay":2,"enabled":true}
            """,
        ["PUT /api/v1/keys/{id}"] = """{"name":"n","description":"d","scopes":["read"],"enabled":true,"allowedAddresses":["192.0.2.17"]}""",
        ["POST /api/v1/keys/{id}/revoke"] = """{"reason":"r"}""",
        ["POST /api/v1/keys/{id}/rotate"] = """{"overlapSeconds":1}""",
        ["POST /api/v1/tenants"] = """{"slug":"s","name":"n","description":"d","maxServers":1,"maxApiKeys":1,"settings":{"a":{"b":[1,"c",null]}}}""",
        ["PUT /api/v1/tenants/{id}"] = """{"slug":"s","name":"n","description":"d","status":"active","settings":{}}""",
        ["POST /api/v1/access-rules"] = """
            {"serverId":"{servers}","subject":{"kind":"api_key","id":"{keys}"},"permissions":["read"],"allowedMethods":["tools/list"],"deniedMethods":[],
             "allowedDays":[0],"allowedHours":[8],"timeZone":"Europe/Berlin","startsAt":"2026-08-01T00:00:00Z","enabled":true}
            """,
        ["PUT /api/v1/access-rules/{id}"] = """
            {"serverId":"{servers}","subject":{"kind":"api_key","id":"{keys}"},"permissions":["read"],"timeZone":"UTC","enabled":true}
            """,
        ["POST /api/v1/access/explain"] = """{"keyId":"{keys}","server":"fuzzed","method":"tools/call","tool":"t","at":"2026-08-03T09:00:00+02:00"}""",
        ["POST /api/v1/routing-rules"] = """
            {"name":"n","description":"d","priority":5,"enabled":false,"policy":"weighted",
             "conditions":{"all":[{"field":"tool","operator":"starts_with","value":"t"},{"not":{"any":[{"field":"address","operator":"cidr","value":"10.0.0.0/8"},
             {"field":"tool","operator":"regex","value":"^a+$"}]}},{"field":"size","operator":"gt","value":5}]},
             "targets":{"servers":[{"server":"fuzzed","weight":2,"preferred":true}],"canary":{"percent":5,"servers":[{"server":"fuzzed","preferred":false}]}}}
            """,
        ["PUT /api/v1/routing-rules/{id}"] = """
            {"name":"n","enabled":false,"conditions":{"field":"method","operator":"in","value":["tools/call"]},"targets":{"servers":[{"server":"fuzzed"}]}}
            """,
        ["POST /api/v1/routing-rules/dry-run"] = """
            {"base":"stored","requests":5,"remove":["{routing-rules}"],"rules":[{"name":"n","conditions":{"field":"tool","operator":"equals","value":"t"},
             "targets":{"servers":[{"server":"fuzzed"}]}}]}
            """,
        ["POST /api/v1/router/explain"] = """{"keyId":"{keys}","method":"tools/call","name":"fuzzed__t","headers":{"X-A":"b"},"arguments":{"a":[1]}}""",
        ["POST /api/v1/tenants/{id}/suspend"] = """{"reason":"r"}""",
        ["POST /api/v1/tenants/{id}/resume"] = """{"reason":"r"}""",
        ["POST /api/v1/circuit-breakers/{id}/open"] = """{"reason":"r"}""",
        ["POST /api/v1/circuit-breakers/{id}/close"] = """{"reason":"r"}""",
        ["POST /api/v1/circuit-breakers/{id}/isolate"] = """{"reason":"r"}""",
        ["POST /api/v1/circuit-breakers/{id}/reset"] = """{"reason":"r"}""",
        ["POST /api/v1/limits/reset"] = """{"key":"{keys}"}""",
    };

    /// <summary>Other bodies of the same routes: a server that is a program.</summary>
    private static readonly Dictionary<string, string> Alternatives = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/servers"] = $$"""
            {"name":"n","alias":"a","enabled":false,"transport":"stdio","command":"{{Command}}","arguments":["-u","x"],
             "environment":{"TOKEN":"{{FuzzHost.Secret}}","LANG":"C"},"workingDirectory":"/"}
            """,
        ["PUT /api/v1/servers/{id}"] = $$"""
            {"name":"n","enabled":false,"endpoints":[{"command":"{{Command}}","arguments":["-u"],"environment":{"TOKEN":"{{FuzzHost.Secret}}"},"workingDirectory":"/","weight":2}]}
            """,
    };

    private static readonly HashSet<string> WithoutBody = new(StringComparer.Ordinal)
    {
        "POST /api/v1/audit/verify",
        "PUT /api/v1/servers/{id}/maintenance",
        "POST /api/v1/servers/{id}/refresh",
        "POST /api/v1/keys/{id}/unlock",
    };

    /// <summary>Makes a good body; null for a route that takes none.</summary>
    public static JsonObject? Make(FuzzRoute route, IReadOnlyDictionary<string, string> ids, Random random) => Find(route, random) is { } template
        ? JsonNode.Parse(ids.Aggregate(template, static (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal)))!.AsObject()
        : null;

    private static string? Find(FuzzRoute route, Random random)
    {
        var from = random.Next(2) == 0 && Alternatives.ContainsKey(route.ToString()) ? Alternatives : Templates;
        return from.GetValueOrDefault(route.ToString());
    }

    public static bool IsKnown(FuzzRoute route) =>
        route.Method is "GET" or "DELETE" || Templates.ContainsKey(route.ToString()) || WithoutBody.Contains(route.ToString());
}
