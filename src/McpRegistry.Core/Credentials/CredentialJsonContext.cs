using System.Text.Json.Serialization;

namespace McpRegistry.Credentials;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CredentialSecrets))]
internal sealed partial class CredentialJsonContext : JsonSerializerContext;
