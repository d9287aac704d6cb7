using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpRegistry.SampleServer.Units;

[McpServerToolType]
internal sealed class UnitTools
{
    [McpServerTool(Name = "convert_unit", Title = "Unit conversion", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Converts a length, a mass or a temperature.")]
    public static UnitConversion Convert(
        [Description("The amount to convert")] double value,
        [Description("Unit of the amount: m, km, mi, ft, kg, g, lb, oz, C, F or K")] string from,
        [Description("Unit of the answer, of the same kind")] string to)
    {
        var source = Unit.Find(from) ?? throw Unknown(from);
        var target = Unit.Find(to) ?? throw Unknown(to);
        if (source.Kind != target.Kind)
        {
            throw new McpException($"'{from}' is a {source.Kind.ToLowerInvariant()} and '{to}' a {target.Kind.ToLowerInvariant()}; both must be of one kind.");
        }

        return new UnitConversion(value, from, target.FromReference(source.ToReference(value)), to);
    }

    private static McpException Unknown(string symbol) =>
        new($"The unit '{symbol}' is not known. Known are {string.Join(", ", Unit.Symbols)}.");
}
