namespace McpRegistry.Protocol;

/// <summary>What a value inside an input schema is, as far as annotations go.</summary>
internal enum SchemaPlace
{
    /// <summary>The input schema itself: it describes no argument.</summary>
    Root,

    /// <summary>The schema of an argument that a chain of <c>properties</c> leads to.</summary>
    Argument,

    /// <summary>The <c>properties</c> of one of those: its members are names, not keywords.</summary>
    Properties,

    /// <summary>A schema that may or may not apply to some value, such as one in <c>items</c>, <c>anyOf</c> or <c>$defs</c>.</summary>
    Elsewhere,

    /// <summary>Schemas of that kind by name.</summary>
    NamedElsewhere,

    /// <summary>A value and not a schema: whatever its members are called, they annotate nothing.</summary>
    Data,
}
