using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>The columns of a table as the model has them, for writing rows without the change tracker.</summary>
internal sealed class RowColumns
{
    private readonly IProperty[] _properties;

    private RowColumns(string table, IProperty[] properties)
    {
        Table = table;
        _properties = properties;
        Names = string.Join(", ", properties.Select(property => property.GetColumnName()));
    }

    public string Table { get; }

    public int Count => _properties.Length;

    /// <summary>Gets the names in the order of the values, separated by commas. All are plain lower snake case.</summary>
    public string Names { get; }

    public static RowColumns Of<T>(RegistryDbContext context)
    {
        var entity = context.Model.FindEntityType(typeof(T))!;
        return new RowColumns(entity.GetTableName()!, [.. entity.GetProperties()]);
    }

    public string TypeName(int column) => _properties[column].GetColumnType();

    /// <summary>Reads a value in the form that the database takes.</summary>
    /// <exception cref="ArgumentException">The value has no such form.</exception>
    public object? Value(object row, int column)
    {
        var property = _properties[column];
        var value = property.GetGetter().GetClrValue(row);
        try
        {
            return value is not null && property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ArgumentException($"The value of {property.Name} cannot be stored.", nameof(row), exception);
        }
    }
}
