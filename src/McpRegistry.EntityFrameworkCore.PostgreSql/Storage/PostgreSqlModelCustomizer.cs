using McpRegistry.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace McpRegistry.EntityFrameworkCore.PostgreSql.Storage;

/// <summary>
/// Gives documents the type jsonb and ordinal text the collation "C", without which aliases would page in the order of
/// the database's language.
/// </summary>
internal sealed class PostgreSqlModelCustomizer(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);
        PostgreSqlIndexes.Customize(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            if (ColumnMarks.IsDocument(property))
            {
                property.SetColumnType("jsonb");
            }
            else if (ColumnMarks.IsOrdinal(property))
            {
                property.SetCollation("C");
            }
        }
    }
}
