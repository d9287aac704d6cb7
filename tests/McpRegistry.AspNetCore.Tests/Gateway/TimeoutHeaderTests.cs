using McpRegistry.AspNetCore.Gateway;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class TimeoutHeaderTests
{
    private const string Name = "mcp-registry-timeout-ms";

    [Theory]
    [InlineData("1", 1)]
    [InlineData("5000", 5000)]
    [InlineData(" \t5000 ", 5000)]
    [InlineData("99999999999999", int.MaxValue)]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("-5", 0)]
    [InlineData("+5", 0)]
    [InlineData("1.5", 0)]
    [InlineData("1e3", 0)]
    [InlineData("5,000", 0)]
    [InlineData("5000, 6000", 0)]
    [InlineData("0x10", 0)]
    [InlineData("5s", 0)]
    [InlineData("\u0665", 0)]
    [InlineData("99999999999999999999999999", 0)]
    public void Of_Value_IsAWholeNumberOrNothing(string value, int expected) =>
        Assert.Equal(expected, TimeoutHeader.Of(new HeaderDictionary { [Name] = value }));

    [Fact]
    public void Of_NotOrMoreThanOnceSent_IsNothing()
    {
        Assert.Equal(0, TimeoutHeader.Of(new HeaderDictionary()));
        Assert.Equal(0, TimeoutHeader.Of(new HeaderDictionary { [Name] = new StringValues(["5000", "5000"]) }));
        Assert.Equal(0, TimeoutHeader.Of(new HeaderDictionary { [Name] = new StringValues((string?)null) }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("5000")]
    [InlineData("nonsense")]
    public void Of_Allocates_Nothing(string? value)
    {
        var headers = new HeaderDictionary { ["Accept"] = "*/*" };
        if (value is not null)
        {
            headers[Name] = value;
        }

        Assert.Equal(0, Allocations.Of(() => TimeoutHeader.Of(headers)));
    }
}
