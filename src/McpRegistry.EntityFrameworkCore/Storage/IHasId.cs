namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>A row with an id of its own, a Guid of version 7 that the writer chooses.</summary>
internal interface IHasId
{
    Guid Id { get; }
}
