using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Support;

/// <summary>One store for the tests of a class, and further ones on demand.</summary>
public abstract class StorageFixture : IStorageFixture, IAsyncLifetime
{
    private TestHost? _host;

    public IServiceProvider Services => _host?.Services ?? throw new InvalidOperationException("The fixture has not started.");

    public async ValueTask InitializeAsync()
    {
        BeforeCommand.Listen();
        _host = await StartAsync();
    }

    public async ValueTask<IEmptyStorage> OpenEmptyAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private protected abstract Task<TestHost> StartAsync();
}
