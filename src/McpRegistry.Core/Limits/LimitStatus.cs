namespace McpRegistry.Limits;

/// <summary>How the limits of a subject stand.</summary>
/// <param name="Rates">The rates, on the replica that was asked; empty when rates are off.</param>
/// <param name="Quotas">The quotas, over all replicas.</param>
/// <param name="FairShare">The tenant's use of the gateway on the replica that was asked; null where it does not apply.</param>
/// <param name="BannedForMs">For how long the address is still banned; null when it is not.</param>
internal sealed record LimitStatus(IReadOnlyList<RateStatus> Rates, IReadOnlyList<QuotaStatus> Quotas, FairShareStatus? FairShare = null, long? BannedForMs = null);
