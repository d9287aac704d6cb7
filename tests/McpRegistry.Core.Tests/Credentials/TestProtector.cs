using System.Text;
using McpRegistry.Credentials;

namespace McpRegistry.Core.Tests.Credentials;

/// <summary>Seals so that the secret cannot be seen, never the same twice, and for one purpose.</summary>
internal sealed class TestProtector : ISecretProtector
{
    private int _count;

    /// <summary>Gets or sets whether the keys are gone.</summary>
    public bool IsBroken { get; set; }

    public string Protect(string purpose, string secret) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Interlocked.Increment(ref _count)}\n{purpose}\n{secret}"));

    public string? Unprotect(string purpose, string sealedText)
    {
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(sealedText)).Split('\n', 3);
        return !IsBroken && parts[1] == purpose ? parts[2] : null;
    }
}
