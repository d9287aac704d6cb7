namespace McpRegistry.Servers;

/// <summary>A command that servers registered over REST may start.</summary>
public sealed class AllowedCommand
{
    /// <summary>Gets or sets the command, compared character by character with the registered one. Required.</summary>
    public string Command { get; set; } = "";

    /// <summary>
    /// Gets or sets the arguments with which the registered ones must begin. Default none, which allows any arguments: for a
    /// package runner such as <c>npx</c> that means any program, so pin the package here.
    /// </summary>
    public IList<string> Arguments { get; set; } = [];
}
