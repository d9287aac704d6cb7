using System.Collections.Frozen;
using System.Collections.Immutable;
using McpRegistry.Protocol;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing;

/// <summary>
/// The active rules of one owner in their order, and behind what a call must have for each of them. A rule stands behind one
/// field only, so that no call meets it twice.
/// </summary>
internal sealed class RoutePlan
{
    public static readonly RoutePlan Empty = new([], FrozenDictionary<RouteField, FrozenDictionary<string, int[]>>.Empty, []);

    private readonly FrozenDictionary<string, int[]>? _tools;
    private readonly FrozenDictionary<string, int[]>? _prompts;
    private readonly FrozenDictionary<string, int[]>? _resources;
    private readonly FrozenDictionary<string, int[]>? _servers;
    private readonly FrozenDictionary<string, int[]>? _methods;
    private readonly FrozenDictionary<string, int[]>? _roles;
    private readonly FrozenDictionary<Guid, int[]>? _tenants;
    private readonly FrozenDictionary<Guid, int[]>? _users;
    private readonly FrozenDictionary<Guid, int[]>? _keys;
    private readonly int[] _others;

    /// <summary>Makes the plan.</summary>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="behind">The places of rules, by field and value.</param>
    /// <param name="others">The places of the rules that are asked for each call.</param>
    public RoutePlan(ImmutableArray<CompiledRoute> rules, FrozenDictionary<RouteField, FrozenDictionary<string, int[]>> behind, int[] others)
    {
        Rules = rules;
        _tools = behind.GetValueOrDefault(RouteField.Tool);
        _prompts = behind.GetValueOrDefault(RouteField.Prompt);
        _resources = behind.GetValueOrDefault(RouteField.Resource);
        _servers = behind.GetValueOrDefault(RouteField.Server);
        _methods = behind.GetValueOrDefault(RouteField.Method);
        _roles = behind.GetValueOrDefault(RouteField.Role);
        _tenants = ById(behind.GetValueOrDefault(RouteField.Tenant));
        _users = ById(behind.GetValueOrDefault(RouteField.User));
        _keys = ById(behind.GetValueOrDefault(RouteField.Key));
        _others = others;
        Pointers = [.. rules.SelectMany(static route => route.Condition.Pointers).Distinct()];
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
        cursor.Add(facts.Server is { } server ? _servers?.GetValueOrDefault(server.Alias) : null);
        cursor.Add(facts.Caller.Role is { } role ? _roles?.GetValueOrDefault(RoleNames.Of(role)) : null);
        cursor.Add(facts.Caller.UserId is { } user ? _users?.GetValueOrDefault(user) : null);
        cursor.Add(facts.Caller.KeyId is { } key ? _keys?.GetValueOrDefault(key) : null);
        return cursor;
    }

    private static FrozenDictionary<Guid, int[]>? ById(FrozenDictionary<string, int[]>? places) =>
        places?.ToFrozenDictionary(static pair => Guid.ParseExact(pair.Key, "D"), static pair => pair.Value);
}
