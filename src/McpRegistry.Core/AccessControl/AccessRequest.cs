using McpRegistry.ApiKeys;
using McpRegistry.Protocol;
using McpRegistry.Servers;

namespace McpRegistry.AccessControl;

/// <summary>What is to be decided.</summary>
/// <param name="Caller">Who wants it.</param>
/// <param name="Server">With which server.</param>
/// <param name="Needed">All that it takes.</param>
/// <param name="Method">The MCP method; unknown where any method will do.</param>
/// <param name="At">When.</param>
internal readonly record struct AccessRequest(Caller Caller, RegisteredServer Server, AccessPermissions Needed, McpMethod Method, DateTimeOffset At);
