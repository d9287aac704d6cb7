namespace McpRegistry.SampleServer.Units;

/// <summary>A unit as a straight line to the reference unit of its kind: metre, kilogram, kelvin.</summary>
internal sealed record Unit(string Symbol, string Kind, double Factor, double Offset = 0)
{
    private static readonly Unit[] Known =
    [
        new("m", "Length", 1), new("km", "Length", 1000), new("mi", "Length", 1609.344), new("ft", "Length", 0.3048),
        new("kg", "Mass", 1), new("g", "Mass", 0.001), new("lb", "Mass", 0.45359237), new("oz", "Mass", 0.028349523125),
        new("K", "Temperature", 1), new("C", "Temperature", 1, 273.15), new("F", "Temperature", 5.0 / 9, 459.67 * 5 / 9),
    ];

    public static IEnumerable<string> Symbols => Known.Select(unit => unit.Symbol);

    public static Unit? Find(string symbol) => Array.Find(Known, unit => string.Equals(unit.Symbol, symbol, StringComparison.Ordinal));

    public double ToReference(double value) => (value * Factor) + Offset;

    // Nine decimals hide the noise of binary fractions: 20 C is 68 F, not 67.99999999999999.
    public double FromReference(double value) => Math.Round((value - Offset) / Factor, 9);
}
