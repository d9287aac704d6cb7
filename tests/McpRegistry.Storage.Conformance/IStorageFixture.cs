namespace McpRegistry.Storage.Conformance;

/// <summary>Opens the store under test. One fixture serves all tests of a class; each test works in tenants of its own.</summary>
public interface IStorageFixture
{
    /// <summary>Gets the services of a host that uses the store; the store is initialized.</summary>
    IServiceProvider Services { get; }

    /// <summary>Opens a store that nothing was written to.</summary>
    ValueTask<IEmptyStorage> OpenEmptyAsync();
}
