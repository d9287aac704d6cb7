using System.Collections.Immutable;
using McpRegistry.AccessControl;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>The wire names of the permissions.</summary>
internal static class PermissionNames
{
    private static readonly (string Name, AccessPermissions Permission)[] Known =
    [
        ("read", AccessPermissions.Read),
        ("write", AccessPermissions.Write),
        ("admin", AccessPermissions.Admin),
        ("proxy", AccessPermissions.Proxy),
    ];

    public static ImmutableArray<string> Of(AccessPermissions permissions) =>
        [.. Known.Where(known => permissions.HasFlag(known.Permission)).Select(static known => known.Name)];

    /// <summary>Finds a permission; none for a name that is none.</summary>
    public static AccessPermissions Parse(string name) => Array.Find(Known, known => string.Equals(known.Name, name, StringComparison.Ordinal)).Permission;
}
