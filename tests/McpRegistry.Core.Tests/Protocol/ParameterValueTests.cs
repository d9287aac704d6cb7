using System.Text;
using McpRegistry.Protocol;
using Xunit;

namespace McpRegistry.Core.Tests.Protocol;

/// <summary>Value encoding of 2026-07-28, both ways.</summary>
public sealed class ParameterValueTests
{
    [Theory]
    [InlineData("\"us-west1\"", "us-west1")]
    [InlineData("\"\"", "")]
    [InlineData("\"us west 1\"", "us west 1")]
    [InlineData("\"Hello, 世界\"", "=?base64?SGVsbG8sIOS4lueVjA==?=")]
    [InlineData("\" padded \"", "=?base64?IHBhZGRlZCA=?=")]
    [InlineData("\"line1\\nline2\"", "=?base64?bGluZTEKbGluZTI=?=")]
    [InlineData("\"a\\r\\nX-Evil: 1\"", "=?base64?YQ0KWC1FdmlsOiAx?=")]
    [InlineData("\"\\tindented\"", "=?base64?CWluZGVudGVk?=")]
    [InlineData("\"a\\u0000b\"", "=?base64?YQBi?=")]
    [InlineData("\"a\\u007fb\"", "=?base64?YX9i?=")]
    [InlineData("\"=?base64?literal?=\"", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=")]
    [InlineData("\"=?base64?open\"", "=?base64?open")]
    [InlineData("\"=?BASE64?x?=\"", "=?BASE64?x?=")]
    [InlineData("\"\\u0061\"", "a")]
    [InlineData("42", "42")]
    [InlineData("-7", "-7")]
    [InlineData("42.0", "42")]
    [InlineData("4.2e1", "42")]
    [InlineData("-0", "0")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("9007199254740992", null)]
    [InlineData("-9007199254740992", null)]
    [InlineData("1.5", null)]
    [InlineData("1e400", null)]
    [InlineData("1e-1", null)]
    [InlineData("{}", null)]
    [InlineData("[1]", null)]
    public void Encode_Value_IsTextForAHeader(string json, string? expected)
    {
        var encoded = ParameterValue.Encode(Message.Utf8(json));
        Assert.Equal(expected, encoded);
        if (encoded is not null)
        {
            Assert.True(ParameterValue.Matches(Message.Utf8(json), encoded));
            Assert.DoesNotContain(encoded, static c => c is < ' ' or > '~');
        }
    }

    [Theory]
    [InlineData("42", "42.0", true)]
    [InlineData("42.00", "4.2e1", true)]
    [InlineData("42", "=?base64?NDI=?=", true)]
    [InlineData("42", "43", false)]
    [InlineData("42", "", false)]
    [InlineData("42", "forty-two", false)]
    [InlineData("42", "0x2A", false)]
    [InlineData("42", "4 2", false)]
    [InlineData("9007199254740992", "9007199254740992", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("1.5", "1.5", false)]
    [InlineData("\"42\"", "42.0", false)]
    [InlineData("\"Hello\"", "hello", false)]
    [InlineData("\"Hello\"", "=?base64?SGVsbG8=?=", true)]
    [InlineData("\"Hello\"", "=?base64?SGVsbG8?=", false)]
    [InlineData("\"Hello\"", "=?base64?SGVs!!!bG8=?=", false)]
    [InlineData("\"Hello\"", "=?base64?SGVsbG9v?=", false)]
    [InlineData("\"SGVsbG8=\"", "SGVsbG8=", true)]
    [InlineData("\"=?base64?SGVsbG8=\"", "=?base64?SGVsbG8=", true)]
    [InlineData("\"SGVsbG8=?=\"", "SGVsbG8=?=", true)]
    [InlineData("\"=?base64?SGVsbG8=?=\"", "=?base64?SGVsbG8=?=", false)]
    [InlineData("\"\ufffd\"", "=?base64?/w==?=", false)]
    [InlineData("true", "true", true)]
    [InlineData("true", "True", false)]
    [InlineData("true", "1", false)]
    [InlineData("false", "false", true)]
    [InlineData("false", "", false)]
    [InlineData("{}", "{}", false)]
    [InlineData("[]", "[]", false)]
    public void Matches_Header_SaysTheSameOrNot(string json, string header, bool expected) =>
        Assert.Equal(expected, ParameterValue.Matches(Message.Utf8(json), header));

    [Fact]
    public void Matches_HugeNumbers_AreReadWithoutEnd()
    {
        Assert.False(ParameterValue.Matches(Message.Utf8(new string('9', 1_000_000)), "9"));
        Assert.False(ParameterValue.Matches("1"u8, new string('9', 1_000_000)));
        Assert.False(ParameterValue.Matches("1e999999999999"u8, "1e999999999999"));
        Assert.True(ParameterValue.Matches("0e999999999999"u8, "0"));
    }

    [Fact]
    public void Matches_RandomText_SurvivesTheHeader()
    {
        const string Letters = "=?base64 \t\r\n\0é世\"\\~a";
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(random.GetItems<char>(Letters, random.Next(12)));
            text = i % 3 == 0 ? $"=?base64?{text}?=" : text;
            var json = JsonText.Quote(text);
            var header = ParameterValue.Encode(json)!;
            Assert.True(ParameterValue.Matches(json, header), text);
            Assert.True(Encoding.ASCII.GetByteCount(header) == header.Length && !header.AsSpan().ContainsAnyExceptInRange(' ', '~'), text);
            Assert.Equal(header, header.Trim());
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("null", true)]
    [InlineData("\"null\"", false)]
    [InlineData("0", false)]
    [InlineData("\"\"", false)]
    public void IsAbsent_NullIsAsGoodAsLeftOut(string json, bool expected) => Assert.Equal(expected, ParameterValue.IsAbsent(Message.Utf8(json)));
}
