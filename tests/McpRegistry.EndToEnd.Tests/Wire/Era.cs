namespace McpRegistry.EndToEnd.Tests.Wire;

public enum Era
{
    Modern,
    Legacy,
}
