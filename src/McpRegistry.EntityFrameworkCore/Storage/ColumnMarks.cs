using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Says in the shared model what a column is for, so that each provider can choose the type or collation.</summary>
internal static class ColumnMarks
{
    private const string Ordinal = "McpRegistry:Ordinal";
    private const string Document = "McpRegistry:Document";

    /// <summary>The column is compared and ordered byte by byte.</summary>
    public static PropertyBuilder<string> IsOrdinal(this PropertyBuilder<string> builder) =>
        builder.HasAnnotation(Ordinal, true);

    /// <summary>The column holds a small JSON document of ours.</summary>
    public static PropertyBuilder<T> IsDocument<T>(this PropertyBuilder<T> builder)
        where T : notnull
    {
        builder.HasConversion(new JsonDocumentConverter<T>(), new JsonDocumentComparer<T>());
        return builder.HasAnnotation(Document, true);
    }

    /// <summary>The column holds a JSON document that a user wrote, as text in the entity.</summary>
    public static PropertyBuilder<string> IsJsonText(this PropertyBuilder<string> builder) =>
        builder.HasConversion<JsonTextConverter>().HasAnnotation(Document, true);

    public static bool IsOrdinal(IReadOnlyProperty property) => property.FindAnnotation(Ordinal) is not null;

    public static bool IsDocument(IReadOnlyProperty property) => property.FindAnnotation(Document) is not null;
}
