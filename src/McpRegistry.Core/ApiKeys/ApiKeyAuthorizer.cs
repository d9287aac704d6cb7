using System.Net;
using System.Runtime.CompilerServices;
using McpRegistry.AccessControl;
using McpRegistry.Analytics;
using McpRegistry.Limits;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpRegistry.ApiKeys;

/// <summary>Decides on uses of keys by what the gateway decides by. A warm key whose limits are leased waits for nothing and allocates nothing.</summary>
internal sealed class ApiKeyAuthorizer : IApiKeyAuthorizer
{
    // A validator hands out the same grant while a key is warm.
    private static readonly ConditionalWeakTable<ApiKeyGrant, Caller> Callers = [];

    private readonly IApiKeyValidator _validator;
    private readonly QuotaLimiter _quotas;
    private readonly LimitInstruments _instruments;
    private readonly UsageCounter _usage;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _hasLimits;

    public ApiKeyAuthorizer(
        IApiKeyValidator validator,
        QuotaLimiter quotas,
        LimitInstruments instruments,
        UsageCounter usage,
        IOptions<LimitOptions> limits,
        TimeProvider time,
        ILogger<ApiKeyAuthorizer> logger)
    {
        (_validator, _quotas, _instruments, _usage, _time, _logger) = (validator, quotas, instruments, usage, time, logger);
        _hasLimits = limits.Value.Enabled;

        // A container without a host has nobody else to do so; nothing is written before something was used.
        _usage.Start();
    }

    public ValueTask<ApiKeyDecision> AuthorizeAsync(string presented, IPAddress? address, ApiKeyDemand demand, CancellationToken cancellationToken)
    {
        var validation = _validator.ValidateAsync(presented, address, cancellationToken);
        return validation.IsCompletedSuccessfully
            ? Decide(validation.Result, demand, cancellationToken)
            : AwaitAsync(validation, demand, cancellationToken);
    }

    private async ValueTask<ApiKeyDecision> AwaitAsync(ValueTask<ApiKeyValidation> validation, ApiKeyDemand demand, CancellationToken cancellationToken) =>
        await Decide(await validation.ConfigureAwait(false), demand, cancellationToken).ConfigureAwait(false);

    private ValueTask<ApiKeyDecision> Decide(in ApiKeyValidation validation, in ApiKeyDemand demand, CancellationToken cancellationToken)
    {
        if (!validation.IsValid)
        {
            return new(Refuse(validation));
        }

        var grant = validation.Grant;
        var caller = Callers.GetValue(grant, Caller.Of);
        var failure = Judge(caller, demand);
        if (failure != ApiKeyFailure.None)
        {
            return new(Refuse(grant.Key, new ApiKeyDecision(ApiKeyOutcome.Forbidden, failure, null)));
        }

        var ticket = default(QuotaTicket);
        return demand.Counts && _hasLimits && !_quotas.TryTake(caller, ref ticket, out var next)
            ? TakeAsync(grant, caller, ticket, next, cancellationToken)
            : new(Allow(grant));
    }

    private async ValueTask<ApiKeyDecision> TakeAsync(ApiKeyGrant grant, Caller caller, QuotaTicket ticket, int next, CancellationToken cancellationToken)
    {
        var refusal = await _quotas.TakeAsync(caller, [ticket], next, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            return Allow(grant);
        }

        _instruments.Refused(refusal.Kind);
        var decision = refusal.IsUnknown
            ? new ApiKeyDecision(ApiKeyOutcome.Unavailable, ApiKeyFailure.LimitUnknown, null)
            : new ApiKeyDecision(ApiKeyOutcome.TooManyRequests, ApiKeyFailure.LimitReached, null);
        return Refuse(grant.Key, decision with
        {
            RetryAfter = TimeSpan.FromSeconds(refusal.RetrySeconds),
            Limit = new ApiKeyLimit(LimitKinds.Name(refusal.Kind), refusal.Limit),
        });
    }

    private static ApiKeyFailure Judge(Caller caller, in ApiKeyDemand demand) =>
        !caller.Scopes.Allows(demand.Scope) ? ApiKeyFailure.ScopeMissing
        : demand.Server is { } server && !caller.MayReach(server) ? ApiKeyFailure.ServerNotAllowed
        : demand.Method is { } method && !GovernedMethods.Allow(caller.Key!.AllowedMethods, method) ? ApiKeyFailure.MethodNotAllowed
        : ApiKeyFailure.None;

    private ApiKeyDecision Allow(ApiKeyGrant grant)
    {
        var decision = new ApiKeyDecision(ApiKeyOutcome.Allowed, ApiKeyFailure.None, grant);
        Count(grant.Key, decision);
        return decision;
    }

    private ApiKeyDecision Refuse(ApiKey key, in ApiKeyDecision decision)
    {
        _logger.Refused(decision.Failure, key.Id);
        Count(key, decision);
        return decision;
    }

    /// <summary>The validator has logged it. A wrong address is told also where guesses are throttled, since who has the key guesses none.</summary>
    private ApiKeyDecision Refuse(in ApiKeyValidation validation)
    {
        if (validation.Withheld is { } withheld)
        {
            var decision = new ApiKeyDecision(ApiKeyOutcome.Forbidden, validation.Failure, null);
            Count(withheld.Key, decision);
            return decision;
        }

        return validation.RetryAfter is { } wait
            ? new ApiKeyDecision(ApiKeyOutcome.TooManyRequests, validation.Failure, null) { RetryAfter = wait }
            : new ApiKeyDecision(ApiKeyOutcome.Unauthorized, validation.Failure, null);
    }

    private void Count(ApiKey key, in ApiKeyDecision decision)
    {
        if (_usage.IsOn)
        {
            _usage.Write(new CallRecord { Tenant = key.Tenant, ApiKeyId = key.Id, EndedAt = _time.GetUtcNow(), StatusCode = decision.StatusCode });
        }
    }
}
