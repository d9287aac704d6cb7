using System.Text.Json;

namespace McpRegistry.Credentials;

/// <summary>The secrets of one credential in the clear. A class without a text of its own, so that no log can hold one by accident.</summary>
internal sealed class CredentialSecrets : IEquatable<CredentialSecrets>
{
    /// <summary>Gets the values of the headers by name.</summary>
    public SortedDictionary<string, string> Headers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the password, the client's secret or its private key, whatever the kind has.</summary>
    public string? Main { get; init; }

    public bool IsEmpty => Main is null && Headers.Count == 0;

    public bool Equals(CredentialSecrets? other) =>
        other is not null
        && string.Equals(Main, other.Main, StringComparison.Ordinal)
        && Headers.SequenceEqual(other.Headers);

    public override bool Equals(object? obj) => Equals(obj as CredentialSecrets);

    public override int GetHashCode() => HashCode.Combine(Main, Headers.Count);

    public string ToJson() => JsonSerializer.Serialize(this, CredentialJsonContext.Default.CredentialSecrets);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null when it did not.</summary>
    public static CredentialSecrets? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CredentialJsonContext.Default.CredentialSecrets);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
