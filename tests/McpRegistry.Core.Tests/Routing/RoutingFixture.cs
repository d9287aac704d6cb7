using McpRegistry.AccessControl;
using McpRegistry.Core.Tests.Storage;
using McpRegistry.Gateway;
using McpRegistry.Routing;
using McpRegistry.Routing.Conditions;
using McpRegistry.Routing.Explaining;
using McpRegistry.Sealing;
using McpRegistry.Snapshots;
using McpRegistry.Telemetry;
using McpRegistry.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>The routing rules of one registry, and samples of them.</summary>
internal sealed class RoutingFixture(AccessGate access, IStateSealer sealer, GatewayOptions options, TimeProvider time, RegistryMeter meter, RegistrySnapshots snapshots)
{
    private static int _last;

    public RoutingRules Rules { get; } = new(NullLogger<RoutingRules>.Instance);

    public RouteEngine Engine => field ??= new RouteEngine(access);

    public RoutingOptions Options { get; } = new();

    public RouteMirrors Mirrors => field ??= new RouteMirrors(
        Microsoft.Extensions.Options.Options.Create(Options), snapshots, new RoutingInstruments(meter), NullLogger<RouteMirrors>.Instance, time);

    public CallRouter Router => field ??= new CallRouter(
        Rules, access, Engine, new RoutedStates(access, sealer, Microsoft.Extensions.Options.Options.Create(options)), Mirrors, time);

    public RouteExplainer Explainer(RegistrySnapshots snapshots) => new(Rules, Engine, access, snapshots);

    /// <summary>Puts a rule in force.</summary>
    public RoutingRule Add(string targets, string conditions = "{}", int priority = 100, TenantId tenant = default, string? policy = null, string? name = null)
    {
        var rule = Rule(conditions, targets, priority, tenant, policy, name);
        Rules.Save(rule);
        return rule;
    }

    public static RoutingRule Rule(string conditions, string targets, int priority = 100, TenantId tenant = default, string? policy = null, string? name = null)
    {
        // Ascending, and the same in every run, so that what is spread by hashes is too.
        var number = Interlocked.Increment(ref _last);
        return new RoutingRule
        {
            Id = new Guid(number, 1, 0, new byte[8]),
            Tenant = tenant,
            Name = name ?? $"rule {number}",
            Priority = priority,
            Conditions = conditions,
            Targets = targets,
            LoadBalancingPolicy = policy,
            CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Version = 1,
        };
    }

    /// <summary>Compiles documents that must be right.</summary>
    public static CompiledRoute Compile(RoutingRule rule)
    {
        var faults = new List<ValidationFault>();
        var route = RouteCompiler.Compile(rule, null, RoutePolicies.BuiltIn, faults);
        Assert.Empty(faults);
        return route;
    }

    public static RouteCondition Condition(string conditions) => Compile(Rule(conditions, """{"servers":[{"server":"a"}]}""")).Condition;
}
