namespace McpRegistry.SampleServer.Units;

internal sealed record UnitConversion(double Value, string From, double Result, string To);
