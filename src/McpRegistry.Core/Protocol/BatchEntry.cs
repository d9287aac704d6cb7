namespace McpRegistry.Protocol;

/// <summary>One element of a batch.</summary>
/// <param name="Message">The message; after a fault it holds the id at most.</param>
/// <param name="Fault">Why it is refused, whatever becomes of the others.</param>
internal readonly record struct BatchEntry(ClientMessage Message, EnvelopeFault Fault);
