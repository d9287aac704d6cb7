using System.ComponentModel.DataAnnotations;
using System.Globalization;
using McpRegistry.Configuration;
using McpRegistry.Resilience;
using Xunit;

namespace McpRegistry.Core.Tests.Configuration;

public sealed class TimeRangeAttributeTests
{
    [Theory]
    [InlineData("00:00:00.0999999", false)]
    [InlineData("00:00:00.1", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("1.00:00:00.0000001", false)]
    [InlineData("-00:00:01", false)]
    [InlineData(null, true)]
    public void IsValid_AtTheBounds_IncludesThem(string? value, bool expected) =>
        Assert.Equal(expected, new TimeRangeAttribute("00:00:00.1", "1.00:00:00").IsValid(value is null ? null : TimeSpan.Parse(value, CultureInfo.InvariantCulture)));

    [Fact]
    public void Validate_OptionOutOfRange_NamesItAndItsBounds()
    {
        var (options, faults) = (new HedgingOptions { Delay = TimeSpan.FromMinutes(2) }, new List<ValidationResult>());

        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true));
        Assert.Equal("The field Delay must be between 00:00:00.001 and 00:01:00.", Assert.Single(faults).ErrorMessage);
    }
}
