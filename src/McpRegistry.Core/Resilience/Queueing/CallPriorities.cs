using System.Collections.Frozen;
using McpRegistry.Gateway;
using Microsoft.Extensions.Options;

namespace McpRegistry.Resilience;

/// <summary>Tells the priority of calls. The operator gives it to keys and tenants; a caller can only lower its own.</summary>
internal sealed class CallPriorities(IOptions<QueueOptions> options)
{
    private readonly FrozenDictionary<string, CallPriority> _known = options.Value.Priorities.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public CallPriority Of(GatewayCall call)
    {
        var own = _known.Count == 0 ? CallPriority.Normal
            : call.Caller.KeyId is { } key && _known.TryGetValue(key.ToString(), out var ofKey) ? ofKey
            : _known.GetValueOrDefault(call.Caller.Tenant.Value.ToString(), CallPriority.Normal);
        var asked = call.Message.Raw(call.Message.MetaPriority);
        var wanted = asked.SequenceEqual("\"low\""u8) ? CallPriority.Low : asked.SequenceEqual("\"normal\""u8) ? CallPriority.Normal : CallPriority.High;
        return wanted < own ? wanted : own;
    }
}
