using System.Text.Json;
using McpRegistry.Discovery;

namespace McpRegistry.Storage.Conformance;

public static partial class Describe
{
    public static string Query(ServerQuery query) => JsonSerializer.Serialize(query);
}
