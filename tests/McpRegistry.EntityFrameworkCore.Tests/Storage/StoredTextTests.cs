using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Storage.Conformance;
using Xunit;

namespace McpRegistry.EntityFrameworkCore.Tests.Storage;

public sealed class StoredTextTests
{
    public static TheoryData<string> HostileTexts => StoreSuite.HostileTexts;

    [Theory]
    [MemberData(nameof(HostileTexts))]
    [InlineData("")]
    [InlineData("\uE000\uE000\0\0")]
    [InlineData("\uDE00\uD83D")]
    public void Decode_EncodedText_IsTheTextAndEveryDatabaseTakesIt(string text)
    {
        var encoded = StoredText.Encode(text);

        Assert.Equal(text, StoredText.Decode(encoded));
        Assert.DoesNotContain('\0', encoded);
        var strict = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        Assert.Equal(encoded, strict.GetString(strict.GetBytes(encoded)));
    }

    [Theory]
    [InlineData("\uE000")]
    [InlineData("a\uE00012")]
    [InlineData("\uE000wxyz")]
    public void Decode_TextOfAnotherWriter_IsKept(string text) => Assert.Equal(text, StoredText.Decode(text));

    [Theory]
    [InlineData("plain")]
    [InlineData("ünï 漢字 😀")]
    public void Encode_OrdinaryText_IsTheSameInstance(string text) => Assert.Same(text, StoredText.Encode(text));
}
