using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>The registry's own tables, by the model; a database may have others, which are none of its business.</summary>
internal sealed record RegistryDatabaseTables(RegistryDatabase Database, string[] Names)
{
    public static string[] NamesOf(IModel model) =>
        [.. model.GetEntityTypes().Select(entity => entity.GetTableName()).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
