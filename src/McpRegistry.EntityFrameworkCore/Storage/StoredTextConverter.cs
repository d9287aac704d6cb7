using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Applies <see cref="StoredText"/> to every text column and to the parameters that are compared with one.</summary>
internal sealed class StoredTextConverter() : ValueConverter<string, string>(
    value => StoredText.Encode(value),
    value => StoredText.Decode(value));
