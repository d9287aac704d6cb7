namespace McpRegistry.Servers;

/// <summary>The portable form of an environment variable's name.</summary>
internal static class EnvironmentName
{
    private const int MaxLength = 128;

    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength }
        && !char.IsAsciiDigit(name[0])
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
