using McpRegistry.Servers.Validation;

namespace McpRegistry.Credentials;

/// <summary>The form of a password or secret. The secret itself is in no fault.</summary>
internal static class SecretForm
{
    private const int MaxLength = 8_192;

    public static void Check(ServerCandidate candidate, string path, string? secret)
    {
        if (string.IsNullOrEmpty(secret))
        {
            candidate.Add(path, "required", "The credential needs this secret.");
        }
        else if (secret.Length > MaxLength)
        {
            candidate.Add(path, "too_long", $"A secret has at most {MaxLength} characters; this one has {secret.Length}.");
        }
        else if (!PlainText.IsOneLine(secret))
        {
            candidate.Add(path, "control_characters", "The secret must be whole Unicode text without control characters.");
        }
    }
}
