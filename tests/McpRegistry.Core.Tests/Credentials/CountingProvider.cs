using System.Collections.Immutable;
using McpRegistry.Credentials;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>Gives another token each time.</summary>
internal sealed class CountingProvider : IUpstreamCredentialProvider
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public ImmutableDictionary<string, string>? Headers { get; set; }

    public Exception? Failure { get; set; }

    public ValueTask<IssuedCredential?> GetAsync(UpstreamCredentialRequest request, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        return Failure is not null
            ? throw Failure
            : new(new IssuedCredential { Headers = Headers ?? ImmutableDictionary<string, string>.Empty.Add("Authorization", $"Bearer {number}") });
    }
}
