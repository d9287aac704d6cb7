using System.Text;
using McpRegistry.AspNetCore.Gateway;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class ParameterHeaderReaderTests
{
    private readonly HeaderDictionary _headers = new() { ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = "t", ["Host"] = "x" };

    [Fact]
    public void Read_Headers_AreThoseOfParametersTrimmed()
    {
        _headers["mcp-param-A"] = " x y\t";
        _headers["Mcp-Param-B"] = "";
        _headers["Mcp-Params"] = "no";

        Assert.Null(Read(out var found));
        Assert.Equal([new("mcp-param-A", "x y"), new("Mcp-Param-B", "")], found.OrderByDescending(pair => pair.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("é")]
    [InlineData("a\u0001b")]
    [InlineData("a\u007f")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("世")]
    public void Read_IllegalCharacters_AreRefused(string value)
    {
        _headers["Mcp-Param-A"] = value;

        Assert.Equal(-32020, Read(out var found)!.Code);
        Assert.Empty(found);
    }

    [Fact]
    public void Read_HeaderTwice_IsRefused()
    {
        _headers["Mcp-Param-A"] = new[] { "x", "x" };

        Assert.Equal(-32020, Read(out _)!.Code);
    }

    [Fact]
    public void Read_TooMany_AreRefused()
    {
        for (var i = 0; i < 100; i++)
        {
            _headers[$"Mcp-Param-{i}"] = "x";
        }

        Assert.Null(Read(out var found));
        Assert.Equal(100, found.Count);
        _headers["Mcp-Param-100"] = "x";
        var error = Read(out found)!;
        Assert.Equal((431, "too_large"), (error.HttpStatus, error.Reason));
        Assert.Empty(found);
    }

    [Fact]
    public void Read_TooLong_IsRefused()
    {
        _headers["Mcp-Param-A"] = new string('x', 64 * 1024);

        Assert.Equal(431, Read(out _)!.HttpStatus);
    }

    [Fact]
    public void Read_OtherMethods_HaveNone()
    {
        _headers["Mcp-Param-A"] = new[] { "x", "x" };

        Assert.Null(ParameterHeaderReader.Read(_headers, Message("prompts/get"), out var found));
        Assert.Empty(found);
    }

    [Fact]
    public void Read_NoSuchHeaders_AllocatesNothing()
    {
        var message = Message("tools/call");

        Assert.Equal(0, Allocations.Of(() => ParameterHeaderReader.Read(_headers, message, out _)));
    }

    /// <summary>A header is as long as the client likes; looking at it must neither recurse nor copy for each character.</summary>
    [Fact]
    public void IsIllegal_ManyTabs_IsToldAtOnce()
    {
        Assert.False(ModernHeaders.IsIllegal(new string('\t', 1_000_000)));
        Assert.True(ModernHeaders.IsIllegal(new string('\t', 1_000_000) + "é"));
    }

    private GatewayError? Read(out IReadOnlyList<KeyValuePair<string, string>> found) => ParameterHeaderReader.Read(_headers, Message("tools/call"), out found);

    private static ClientMessage Message(string method)
    {
        Assert.Equal(EnvelopeFault.None, EnvelopeReader.Read(
            Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{"name":"t"}}"""), EnvelopeLimits.Default, out var message));
        return message;
    }
}
