using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Tenancy;

internal static class TenantDirectoryExtensions
{
    /// <summary>Takes over a row that nothing came in between of.</summary>
    public static void Put(this TenantDirectory directory, Tenant row) => directory.TryPut(row, directory.Removals);
}
