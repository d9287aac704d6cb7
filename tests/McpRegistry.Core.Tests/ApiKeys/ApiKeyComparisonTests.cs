using McpRegistry.ApiKeys;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

/// <summary>Refusals do the same work whatever of a secret was right; eng/key-timing.sh measures that it takes the same time.</summary>
public sealed class ApiKeyComparisonTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(40)]
    public void Verify_NearlyRightSecretOrHash_IsWrong(int shared)
    {
        var hasher = new ApiKeyHasher(Options.Create(new ApiKeyOptions()));
        var right = ApiKeyFormat.Generate("test");
        var (salt, hash) = hasher.Hash(right);
        var secret = right[^50..^7];
        var wrong = ApiKeyFormat.Seal(right[..^50] + secret[..shared] + (secret[shared] == 'x' ? 'y' : 'x') + secret[(shared + 1)..]);

        Assert.True(hasher.Verify(right, salt, hash));
        Assert.False(hasher.Verify(wrong, salt, hash));

        // What is compared is a keyed hash of the whole text: one that is nearly right is as far away as any other.
        var other = new byte[hash.Length];
        for (var i = 0; i < hash.Length; i++)
        {
            hash.CopyTo(other, 0);
            other[i] ^= 1;
            Assert.False(hasher.Verify(right, salt, other));
        }
    }
}
