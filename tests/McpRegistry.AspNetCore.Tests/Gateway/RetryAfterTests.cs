using McpRegistry.AspNetCore.Gateway;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace McpRegistry.AspNetCore.Tests.Gateway;

public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(429, "10")]
    [InlineData(503, "10")]
    [InlineData(200, "")]
    [InlineData(400, "")]
    public void Set_Status_TellsWhenToAskAgainWhereRoomIsShort(int status, string expected)
    {
        var context = new DefaultHttpContext();

        RetryAfter.Set(context.Response, status);

        Assert.Equal(expected, context.Response.Headers.RetryAfter.ToString());
    }
}
