using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>
/// Keeps a JSON document that a user wrote. PostgreSQL gives it back with its members in another order and with one kind
/// of white space, so nothing that must travel byte for byte is kept this way.
/// </summary>
internal sealed class JsonTextConverter() : ValueConverter<string, string>(
    value => StoredJson.Encode(value),
    value => StoredJson.Decode(value));
