namespace McpRegistry.Auditing;

/// <summary>An audit event was not written, or it is not known whether it was: the host stopped.</summary>
/// <param name="message">What happened.</param>
public sealed class AuditLostException(string message) : Exception(message);
