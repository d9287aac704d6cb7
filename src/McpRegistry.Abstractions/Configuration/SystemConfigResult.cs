using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Configuration;

/// <summary>The outcome of a write to the system configuration.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Entry">What was written when <see cref="Succeeded"/>, without a sensitive value.</param>
public readonly record struct SystemConfigResult(SystemConfigOutcome Outcome, SystemConfigEntry? Entry = null)
{
    /// <summary>Gets a value that tells whether the write took place.</summary>
    [MemberNotNullWhen(true, nameof(Entry))]
    public bool Succeeded => Outcome == SystemConfigOutcome.Success && Entry is not null;
}
