using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>What holds for every column, so that a configuration only says what is special about its table.</summary>
internal static class ModelNames
{
    /// <summary>Names columns in lower snake case and keeps enums as such names, unless a configuration chose otherwise.</summary>
    public static void Apply(IMutableModel model)
    {
        foreach (var property in model.GetEntityTypes().SelectMany(entity => entity.GetDeclaredProperties()))
        {
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }

            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type.IsEnum && property.GetValueConverter() is null)
            {
                property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumTextConverter<>).MakeGenericType(type))!);
            }
        }
    }

    /// <summary>Names the table and its key.</summary>
    public static void HasTable<T>(this EntityTypeBuilder<T> builder, string table)
        where T : class, IHasId
    {
        builder.ToTable(table);
        builder.HasKey(x => x.Id).HasName($"pk_{table}").ReportsConflictAs("id");
        builder.Property(x => x.Id).ValueGeneratedNever();
    }
}
