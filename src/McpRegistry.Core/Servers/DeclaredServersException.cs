namespace McpRegistry.Servers;

/// <summary>The servers of configuration and code cannot be taken over as they are; the message lists every fault.</summary>
internal sealed class DeclaredServersException(IReadOnlyList<string> faults)
    : InvalidOperationException("The declared servers have faults:" + string.Concat(faults.Select(fault => Environment.NewLine + "- " + fault)))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
