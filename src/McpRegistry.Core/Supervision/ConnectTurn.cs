using McpRegistry.Tenancy;

namespace McpRegistry.Supervision;

/// <summary>One attempt to connect at the <see cref="ConnectGate"/>: first it waits, then it holds a place for a moment.</summary>
/// <param name="tenant">Whose server is connected to.</param>
/// <param name="isSlow">Whether the last attempt outlasted its moment.</param>
internal sealed class ConnectTurn(TenantId tenant, bool isSlow)
{
    public TenantId Tenant => tenant;

    public bool IsSlow => isSlow;

    /// <summary>Gets what ends when the attempt may begin, or is cancelled when it is given up before.</summary>
    public TaskCompletionSource Begin { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets or sets when it began, as a timestamp of the time provider.</summary>
    public long Since { get; set; }
}
