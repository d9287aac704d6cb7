using McpRegistry.Discovery;

namespace McpRegistry.EntityFrameworkCore.Discovery;

internal static class CatalogueMapper
{
    /// <summary>Takes an item over and tells whether that changed the row.</summary>
    public static bool Apply(CatalogueEntity entity, CatalogueItem item)
    {
        var changed = entity.Ordinal != item.Ordinal
            || !item.Json.Span.SequenceEqual(entity.Json)
            || !string.Equals(entity.Title, item.Title, StringComparison.Ordinal)
            || !string.Equals(entity.Description, item.Description, StringComparison.Ordinal)
            || !string.Equals(entity.MimeType, item.MimeType, StringComparison.Ordinal);
        if (changed)
        {
            entity.Ordinal = item.Ordinal;
            entity.Json = item.Json.ToArray();
            entity.Title = item.Title;
            entity.Description = item.Description;
            entity.MimeType = item.MimeType;
        }

        return changed;
    }

    public static CatalogueItem ToRecord(CatalogueItemKind kind, CatalogueEntity entity) => new()
    {
        Kind = kind,
        Key = entity.Key,
        Ordinal = entity.Ordinal,
        Json = entity.Json,
        Title = entity.Title,
        Description = entity.Description,
        MimeType = entity.MimeType,
    };
}
