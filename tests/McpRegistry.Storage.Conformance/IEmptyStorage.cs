namespace McpRegistry.Storage.Conformance;

/// <summary>A store for one test.</summary>
public interface IEmptyStorage : IAsyncDisposable
{
    /// <summary>Gets the services of a host that uses the store; the store is initialized.</summary>
    IServiceProvider Services { get; }

    /// <summary>Has the store drop the changes of its feed up to now, as it drops those that are old enough.</summary>
    Task ForgetChangesAsync();
}
