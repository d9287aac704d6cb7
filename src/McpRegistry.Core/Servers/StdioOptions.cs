namespace McpRegistry.Servers;

/// <summary>
/// What servers that are registered over REST may start on this machine; section <c>McpRegistry:Stdio</c>. Servers from
/// configuration or code are the operator's own and need no entry here.
/// </summary>
public sealed class StdioOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "McpRegistry:Stdio";

    /// <summary>Gets or sets the commands that a REST call may name. Default none, so that REST starts no process at all.</summary>
    public IList<AllowedCommand> AllowedCommands { get; set; } = [];

    /// <summary>
    /// Gets or sets the names of environment variables that a REST call may set, compared exactly. Default none. Variables
    /// that load code (<c>LD_PRELOAD</c>, <c>NODE_OPTIONS</c>, <c>PATH</c>) make the allow-list of commands worthless.
    /// </summary>
    public IList<string> AllowedEnvironmentVariables { get; set; } = [];
}
