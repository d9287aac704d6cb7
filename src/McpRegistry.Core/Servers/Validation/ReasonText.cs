using System.Collections.Immutable;

namespace McpRegistry.Servers.Validation;

/// <summary>The rules for what somebody gives as the reason of an action.</summary>
internal static class ReasonText
{
    public const int MaxLength = 500;

    public static ImmutableArray<ValidationFault> Check(string? reason) =>
        reason is null ? []
        : reason.Length > MaxLength ? [new("reason", "too_long", $"A reason has at most {MaxLength} characters.")]
        : !PlainText.IsClean(reason) ? [new("reason", "control_characters", "A reason has no control characters but line breaks and tabs.")]
        : [];
}
