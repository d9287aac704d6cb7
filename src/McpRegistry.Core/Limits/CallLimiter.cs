using System.Globalization;
using System.Text;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.Snapshots;
using Microsoft.Extensions.Options;

namespace McpRegistry.Limits;

/// <summary>
/// Decides whether a request of a client is within its limits: first the rates, then the quotas, and once its tool is known
/// the rate of that. What refuses a request gives back all that it took before.
/// </summary>
internal sealed class CallLimiter(RateLimiter rates, QuotaLimiter quotas, LimitInstruments instruments, IOptions<LimitOptions> options)
{
    private const int TooManyRequests = 429;
    private const int Unavailable = 503;

    private readonly bool _isOn = options.Value.Enabled;

    /// <summary>Tells which requests count: those that get a list, or reach a server.</summary>
    public static bool Counts(McpMethod method) => method is not (
        McpMethod.Ping or McpMethod.Initialize or McpMethod.Discover or McpMethod.SetLogLevel or McpMethod.ResourcesUnsubscribe);

    /// <summary>Lets a request through, which is null, or says why not.</summary>
    public ValueTask<GatewayError?> AdmitAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (!_isOn || !Counts(call.Message.Method))
        {
            return default;
        }

        if (rates.IsOn && rates.Take(call.Caller, call.Address) is { } refusal)
        {
            return new(ErrorOf(refusal));
        }

        var ticket = default(QuotaTicket);
        if (!quotas.TryTake(call.Caller, ref ticket, out var next))
        {
            return AskStoreAsync(call, ticket, next, cancellationToken);
        }

        call.Ticket = ticket;
        return default;
    }

    /// <summary>Lets a call of a tool through, which is null, or says why not.</summary>
    public GatewayError? AdmitTool(GatewayCall call, ServerEntry server, string? tool)
    {
        if (!rates.IsOn || tool is null || rates.TakeTool(server.Server, tool, call.Address) is not { } refusal)
        {
            return null;
        }

        rates.PutBack(call.Caller, call.Address);
        var ticket = call.Ticket;
        ticket.PutBack();
        call.Ticket = ticket;
        return ErrorOf(refusal);
    }

    private async ValueTask<GatewayError?> AskStoreAsync(GatewayCall call, QuotaTicket ticket, int next, CancellationToken cancellationToken)
    {
        // An array, since an asynchronous method takes nothing by reference.
        QuotaTicket[] box = [ticket];
        var admitted = false;
        try
        {
            var refusal = await quotas.TakeAsync(call.Caller, box, next, cancellationToken).ConfigureAwait(false);
            call.Ticket = box[0];
            admitted = refusal is null;
            if (refusal is null)
            {
                return null;
            }

            instruments.Refused(refusal.Kind);
            return ErrorOf(refusal);
        }
        finally
        {
            if (!admitted && rates.IsOn)
            {
                rates.PutBack(call.Caller, call.Address);
            }
        }
    }

    private static GatewayError ErrorOf(LimitRefusal refusal) => new(ErrorCodes.InternalError, refusal.Message, refusal.Reason)
    {
        HttpStatus = refusal.IsUnknown ? Unavailable : TooManyRequests,
        Retryable = true,
        Refusal = refusal,
        Data = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $$"""{"limit":"{{LimitKinds.Name(refusal.Kind)}}","retryAfterMs":{{refusal.RetrySeconds * 1000}}}""")),
    };
}
