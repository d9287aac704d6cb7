using McpRegistry.Configuration;

namespace McpRegistry.Credentials;

/// <summary>How the gateway gets and keeps credentials for servers; section <c>McpRegistry:Credentials</c>.</summary>
public sealed class CredentialOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Credentials";

    /// <summary>
    /// Gets or sets the names of the credential providers that servers registered over REST may use, compared exactly. Default none: such
    /// a server's URL is the choice of whoever registers it, and so would be who gets the credential.
    /// </summary>
    public IList<string> AllowedProviders { get; set; } = [];

    /// <summary>Gets or sets how long getting a token may take, its discovery included. Default 15 s.</summary>
    [TimeRange("00:00:00.1", "00:05:00")]
    public TimeSpan TokenTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the longest time for which a failure to get a token is answered without trying again. Default 30 s.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);
}
