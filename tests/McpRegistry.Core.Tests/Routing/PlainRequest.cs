using System.Text.Json.Nodes;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>A call as a person would write it down.</summary>
internal sealed record PlainRequest(
    string Method, string Kind, string? Item, string? Server, string[] Tags, string[] Transports, string Tenant, string? User, string? Role, string? Key,
    string? Address, Dictionary<string, string> Headers, DateTimeOffset At, long Size, JsonObject? Arguments);
