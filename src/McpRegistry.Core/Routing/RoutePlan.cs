using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;
using McpRegistry.Servers;

namespace McpRegistry.Routing;

/// <summary>
/// The active rules of one owner in their order, and behind what a call must have for each of them. A rule stands behind one
/// field only.
/// </summary>
internal sealed class RoutePlan
{
    public static readonly RoutePlan Empty = new([], FrozenDictionary<RouteKeyField, FrozenDictionary<string, int[]>>.Empty, []);

    private readonly FrozenDictionary<string, int[]>? _tools;
    private readonly FrozenDictionary<string, int[]>? _prompts;
    private readonly FrozenDictionary<string, int[]>? _resources;
    private readonly FrozenDictionary<string, int[]>? _servers;
    private readonly FrozenDictionary<string, int[]>? _methods;
    private readonly FrozenDictionary<string, int[]>? _roles;
    private readonly FrozenDictionary<string, int[]>? _tags;
    private readonly FrozenDictionary<string, int[]>? _transports;
    private readonly FrozenDictionary<string, FrozenDictionary<string, int[]>> _headers;
    private readonly FrozenDictionary<Guid, int[]>? _tenants;
    private readonly FrozenDictionary<Guid, int[]>? _users;
    private readonly FrozenDictionary<Guid, int[]>? _keys;
    private readonly int[] _others;

    /// <summary>Makes the plan.</summary>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="behind">The places of rules, by field and value.</param>
    /// <param name="others">The places of the rules that are asked for each call.</param>
    public RoutePlan(ImmutableArray<CompiledRoute> rules, FrozenDictionary<RouteKeyField, FrozenDictionary<string, int[]>> behind, int[] others)
    {
        Rules = rules;
        _tools = Behind(RouteField.Tool);
        _prompts = Behind(RouteField.Prompt);
        _resources = Behind(RouteField.Resource);
        _servers = Behind(RouteField.Server);
        _methods = Behind(RouteField.Method);
        _roles = Behind(RouteField.Role);
        _tags = Behind(RouteField.Tag);
        _transports = Behind(RouteField.Transport);
        _headers = behind.Where(static pair => pair.Key.Header is not null)
            .ToFrozenDictionary(static pair => pair.Key.Header!, static pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        _tenants = ById(Behind(RouteField.Tenant));
        _users = ById(Behind(RouteField.User));
        _keys = ById(Behind(RouteField.Key));
        _others = others;
        Pointers = [.. rules.SelectMany(static route => route.Condition.Pointers).Distinct()];

        FrozenDictionary<string, int[]>? Behind(RouteField field) => behind.GetValueOrDefault(new RouteKeyField(field));
    }

    /// <summary>Gets all rules in the order in which they are asked.</summary>
    public ImmutableArray<CompiledRoute> Rules { get; }

    /// <summary>Gets what they look at among the arguments.</summary>
    public ImmutableArray<ArgumentPointer> Pointers { get; }

    /// <summary>Gets the rules that a call may meet, in their order.</summary>
    public RouteCursor MayMeet(in RouteFacts facts)
    {
        var cursor = new RouteCursor(Rules);
        cursor.Add(_others);
        if (facts.Item is { } item)
        {
            cursor.Add((facts.ItemField switch { RouteField.Tool => _tools, RouteField.Prompt => _prompts, _ => _resources })?.GetValueOrDefault(item));
        }

        cursor.Add(_methods?.GetValueOrDefault(McpMethods.Name(facts.Method)));
        cursor.Add(_tenants?.GetValueOrDefault(facts.Caller.Tenant.Value));
        AddServer(ref cursor, facts.Server);
        AddHeaders(ref cursor, facts.Headers);
        cursor.Add(facts.Caller.Role is { } role ? _roles?.GetValueOrDefault(RoleNames.Of(role)) : null);
        cursor.Add(facts.Caller.UserId is { } user ? _users?.GetValueOrDefault(user) : null);
        cursor.Add(facts.Caller.KeyId is { } key ? _keys?.GetValueOrDefault(key) : null);
        return cursor;
    }

    private void AddServer(ref RouteCursor cursor, RegisteredServer? server)
    {
        if (server is null)
        {
            return;
        }

        cursor.Add(_servers?.GetValueOrDefault(server.Alias));
        foreach (var tag in _tags is null ? [] : server.Tags)
        {
            cursor.Add(_tags!.GetValueOrDefault(tag));
        }

        var seen = 0;
        foreach (var endpoint in _transports is null ? [] : server.Endpoints)
        {
            var kind = 1 << (int)endpoint.Transport;
            if ((seen & kind) == 0)
            {
                cursor.Add(_transports!.GetValueOrDefault(TransportNames.Of(endpoint.Transport)));
            }

            seen |= kind;
        }
    }

    private void AddHeaders(ref RouteCursor cursor, IReadOnlyList<KeyValuePair<string, string>>? headers)
    {
        for (var i = 0; _headers.Count > 0 && i < (headers?.Count ?? 0); i++)
        {
            cursor.Add(_headers.GetValueOrDefault(headers![i].Key)?.GetValueOrDefault(headers[i].Value));
        }
    }

    private static FrozenDictionary<Guid, int[]>? ById(FrozenDictionary<string, int[]>? places) =>
        places?.ToFrozenDictionary(static pair => Guid.ParseExact(pair.Key, "D"), static pair => pair.Value);
}
