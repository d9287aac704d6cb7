namespace McpRegistry.Credentials;

/// <summary>Where the secrets stand in a definition.</summary>
internal static class CredentialMembers
{
    public const string Prefix = "credential.";
    private const string HeaderPrefix = Prefix + "headers.";

    public static string Header(string name) => HeaderPrefix + name;

    /// <summary>Gets the header that a path is about; null for other members.</summary>
    public static string? HeaderName(string path) => path.StartsWith(HeaderPrefix, StringComparison.Ordinal) ? path[HeaderPrefix.Length..] : null;

    /// <summary>Gets the one secret that is no header.</summary>
    public static (string Path, string Value)? Main(CredentialDefinition definition) => definition switch
    {
        { Password: { } password } => (Prefix + "password", password),
        { ClientSecret: { } secret } => (Prefix + "clientSecret", secret),
        { PrivateKey: { } key } => (Prefix + "privateKey", key),
        _ => null,
    };

    public static IEnumerable<(string Path, string Value)> Secrets(CredentialDefinition definition)
    {
        foreach (var (name, value) in definition.Headers)
        {
            yield return (Header(name), value);
        }

        if (Main(definition) is { } main)
        {
            yield return main;
        }
    }
}
