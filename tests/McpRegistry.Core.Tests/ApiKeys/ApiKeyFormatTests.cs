using System.Text.RegularExpressions;
using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class ApiKeyFormatTests
{
    [Theory]
    [InlineData("live")]
    [InlineData("t")]
    [InlineData("0123456789")]
    public void Generate_Environment_HasTheDocumentedForm(string environment)
    {
        var key = ApiKeyFormat.Generate(environment);

        Assert.Matches(new Regex($"^mcpk_{environment}_[0-9A-Za-z]{{16}}_[0-9A-Za-z]{{43}}_[0-9A-Za-z]{{6}}$", RegexOptions.None, TimeSpan.FromSeconds(1)), key);
        Assert.Equal(ApiKeyForm.Issued, ApiKeyFormat.Read(key));
        Assert.Equal(key.Split('_')[2], ApiKeyFormat.GetId(key).ToString());
    }

    [Fact]
    public void Read_AnyCharacterChanged_IsMalformedOrNotOurs()
    {
        var key = ApiKeyFormat.Generate("live");
        for (var i = 0; i < key.Length; i++)
        {
            var changed = key.ToCharArray();
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            Assert.NotEqual(ApiKeyForm.Issued, ApiKeyFormat.Read(changed));
        }
    }

    [Theory]
    [InlineData("", nameof(ApiKeyForm.Malformed))]
    [InlineData("short", nameof(ApiKeyForm.Malformed))]
    [InlineData("0123456789012345678901234567890", nameof(ApiKeyForm.Malformed))]
    [InlineData("01234567890123456789012345678901", nameof(ApiKeyForm.Supplied))]
    [InlineData("0123456789012345678901234567890 ", nameof(ApiKeyForm.Malformed))]
    [InlineData("0123456789012345678901234567890é", nameof(ApiKeyForm.Malformed))]
    [InlineData("mcpk_live_0123456789abcdef_tooshort_000000", nameof(ApiKeyForm.Malformed))]
    public void Read_Text_TellsItsForm(string text, string expected) => Assert.Equal(expected, ApiKeyFormat.Read(text).ToString());

    [Fact]
    public void Read_TooLong_IsMalformed() => Assert.Equal(ApiKeyForm.Malformed, ApiKeyFormat.Read(new string('k', 513)));

    // The check value of the CRC catalogue, so that scanners can compute the same with zlib.
    [Fact]
    public void Compute_CheckText_GivesCatalogueValue() => Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"));

    [Theory]
    [InlineData(ApiKeyScope.Admin, ApiKeyScope.Proxy, true)]
    [InlineData(ApiKeyScope.Admin, ApiKeyScope.Write | ApiKeyScope.Health, true)]
    [InlineData(ApiKeyScope.Write, ApiKeyScope.Read, true)]
    [InlineData(ApiKeyScope.Write, ApiKeyScope.Proxy, false)]
    [InlineData(ApiKeyScope.Read, ApiKeyScope.Write, false)]
    [InlineData(ApiKeyScope.Proxy, ApiKeyScope.Read, false)]
    [InlineData(ApiKeyScope.None, ApiKeyScope.Read, false)]
    public void Allows_Scope_FollowsImplication(ApiKeyScope granted, ApiKeyScope needed, bool expected) =>
        Assert.Equal(expected, granted.Allows(needed));
}
