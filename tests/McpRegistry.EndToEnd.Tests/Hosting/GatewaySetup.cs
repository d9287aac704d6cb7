using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>How a test wants its gateway.</summary>
internal sealed record GatewaySetup
{
    /// <summary>Gets the SQLite file; null keeps everything in memory.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>Gets the clock; null is the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Gets settings below <c>McpRegistry:</c>, over those that every test gets.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public Action<IServiceCollection>? Services { get; init; }
}
