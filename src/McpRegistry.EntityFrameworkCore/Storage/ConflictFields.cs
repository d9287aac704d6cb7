using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Names the contract's member behind each unique key, beside the key itself.</summary>
internal static class ConflictFields
{
    private const string Annotation = "McpRegistry:ConflictField";

    public static IndexBuilder<T> ReportsConflictAs<T>(this IndexBuilder<T> builder, string field) =>
        builder.HasAnnotation(Annotation, field);

    public static KeyBuilder ReportsConflictAs(this KeyBuilder builder, string field) =>
        builder.HasAnnotation(Annotation, field);

    /// <summary>Finds the member; null for a key that no caller can mend.</summary>
    public static string? Find(IModel model, UniqueViolation violation)
    {
        foreach (var entity in model.GetEntityTypes())
        {
            foreach (var key in entity.GetKeys())
            {
                if (Matches(violation, entity, key.GetName(), key.Properties))
                {
                    return (string?)key.FindAnnotation(Annotation)?.Value;
                }
            }

            foreach (var index in entity.GetIndexes())
            {
                if (index.IsUnique && Matches(violation, entity, index.GetDatabaseName(), index.Properties))
                {
                    return (string?)index.FindAnnotation(Annotation)?.Value;
                }
            }
        }

        return null;
    }

    private static bool Matches(UniqueViolation violation, IEntityType entity, string? name, IReadOnlyList<IProperty> properties)
    {
        if (violation.Constraint is not null)
        {
            return string.Equals(violation.Constraint, name, StringComparison.Ordinal);
        }

        var table = entity.GetTableName();
        return violation.Columns.SequenceEqual(
            properties.Select(property => $"{table}.{property.GetColumnName()}"), StringComparer.Ordinal);
    }
}
