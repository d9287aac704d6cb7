namespace McpRegistry.Storage;

/// <summary>
/// Keeps what one domain remembers of the store in step with it. Changes come one at a time, in order, echoes of this
/// replica's own writes included. A handler that throws is called again with the same change.
/// </summary>
internal interface IChangeHandler
{
    /// <summary>Gets when it hears of a change; those of one precedence in the order in which they were added.</summary>
    ChangePrecedence Precedence => ChangePrecedence.Usual;

    /// <summary>Takes a change over; ignores those of other domains.</summary>
    ValueTask ApplyAsync(RegistryChange change, CancellationToken cancellationToken);

    /// <summary>Takes over everything the store has now, since changes are missing.</summary>
    ValueTask ReloadAsync(CancellationToken cancellationToken);
}
