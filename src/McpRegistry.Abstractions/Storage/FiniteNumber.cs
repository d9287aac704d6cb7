namespace McpRegistry.Storage;

/// <summary>Keeps numbers out of records that are none: SQLite refuses them, and sums over them are lost.</summary>
internal static class FiniteNumber
{
    public static double Require(double value, string name) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The number must be finite.");

    public static double? Require(double? value, string name) => value is { } number ? Require(number, name) : null;
}
