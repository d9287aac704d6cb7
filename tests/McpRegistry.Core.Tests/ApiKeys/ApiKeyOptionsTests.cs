using McpRegistry.ApiKeys;
using Xunit;

namespace McpRegistry.Core.Tests.ApiKeys;

public sealed class ApiKeyOptionsTests
{
    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(600_000, true)]
    [InlineData(600_001, false)]
    public void Validate_LookupTimeout_HasItsRange(int milliseconds, bool isAllowed)
    {
        var result = new ApiKeyOptionsValidator().Validate(null, new ApiKeyOptions { LookupTimeout = TimeSpan.FromMilliseconds(milliseconds) });

        Assert.Equal(isAllowed, result.Succeeded);
        Assert.Equal(!isAllowed, result.FailureMessage?.Contains("McpRegistry:ApiKeys:LookupTimeout", StringComparison.Ordinal) ?? false);
    }
}
