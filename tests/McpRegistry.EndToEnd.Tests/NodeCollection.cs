namespace McpRegistry.EndToEnd.Tests;

/// <summary>Tests that start several processes run one after the other: side by side they would wait for the processor, not for the gateway.</summary>
[CollectionDefinition(Name)]
public sealed class NodeCollection
{
    public const string Name = "processes";
}
