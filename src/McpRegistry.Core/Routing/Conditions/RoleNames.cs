using System.Text.Json;
using McpRegistry.Users;

namespace McpRegistry.Routing.Conditions;

/// <summary>The names of roles in conditions, as REST has them.</summary>
internal static class RoleNames
{
    private static readonly string[] Names = [.. Enum.GetNames<UserRole>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static IReadOnlyList<string> All => Names;

    public static string Of(UserRole role) => Names[(int)role];
}
