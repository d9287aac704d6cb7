namespace McpRegistry.Storage.Conformance;

/// <summary>A store for one test.</summary>
public interface IEmptyStorage : IAsyncDisposable
{
    /// <summary>Gets the services of a host that uses the store; the store is initialized.</summary>
    IServiceProvider Services { get; }
}
