namespace McpRegistry.Sealing;

/// <summary>The names of <see cref="SealPurpose"/> that keys are derived with: a change makes all text of that purpose invalid.</summary>
internal static class SealPurposes
{
    private static readonly string[] Names = ["list-cursor", "request-state", "task-id", "session-id"];

    public static IReadOnlyList<string> All => Names;

    public static string Name(SealPurpose purpose) => Names[(int)purpose];
}
