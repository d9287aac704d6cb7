using McpRegistry.AspNetCore.Http;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tenancy;

/// <summary>The answers about tenants.</summary>
internal static class TenantProblems
{
    public const string Tenant = "tenant";

    public const string SuspendedCode = "tenant_suspended";
    public const string DisabledCode = "tenant_disabled";
    public const string UnknownCode = "tenant_unknown";

    public static Problem Of(TenantWriteResult result) => result.Outcome switch
    {
        TenantWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        TenantWriteOutcome.NotFound => Problem.NotFound(Tenant),
        TenantWriteOutcome.Conflict => Problem.Taken(Tenant, result.ConflictField),
        TenantWriteOutcome.Stale => Problem.Stale(Tenant),
        TenantWriteOutcome.InUse => InUse(result),
        _ => throw new InvalidOperationException($"The outcome {result.Outcome} is no failure."),
    };

    /// <summary>Says why a principal of a tenant is refused; null when it is not.</summary>
    public static Problem? OfStatus(TenantStatus? status) => status switch
    {
        TenantStatus.Active => null,
        TenantStatus.Suspended => Forbidden("Tenant suspended", SuspendedCode, "The tenant is suspended; an administrator of the installation can resume it."),
        TenantStatus.Disabled => Forbidden("Tenant disabled", DisabledCode, "The tenant is closed."),
        _ => Unknown(),
    };

    /// <summary>One answer for a tenant that does not exist and for one that the caller does not have.</summary>
    public static Problem Unknown() =>
        Forbidden("Tenant unknown", UnknownCode, "The caller does not have the tenant that the request is about.");

    public static Problem Required(string? header) => Forbidden(
        "Tenant required", "tenant_required",
        header is null ? "The caller has several tenants, and the request chooses none." : $"The caller has several tenants; choose one by the header {header}.");

    public static Problem InstallationOnly() =>
        Forbidden("Forbidden", "forbidden", "Only an administrator of the global tenant can do this.");

    public static Problem Closed() =>
        new(StatusCodes.Status409Conflict, "Tenant disabled", DisabledCode, "The tenant is closed; to open it again, change its status with PUT.");

    private static Problem InUse(TenantWriteResult result) =>
        new(StatusCodes.Status409Conflict, "In use", "in_use", "The tenant still has what errors names. To shut it out at once, suspend it.") { Errors = result.Faults };

    private static Problem Forbidden(string title, string code, string detail) => new(StatusCodes.Status403Forbidden, title, code, detail);
}
