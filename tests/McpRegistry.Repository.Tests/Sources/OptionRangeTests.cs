using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Xunit;

namespace McpRegistry.Repository.Tests.Sources;

public sealed class OptionRangeTests
{
    /// <summary>The attribute reads bounds of any other type with its first check, and is not made for two hosts that start at once in one process.</summary>
    [Fact]
    public void Options_RangesOfTheFramework_AreThoseOfNumbers()
    {
        var ranges = Packages.All.SelectMany(static package => Packages.Load(package).GetTypes())
            .SelectMany(static type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .SelectMany(static property => property.GetCustomAttributes<RangeAttribute>(), static (property, range) => (Name: $"{property.DeclaringType}.{property.Name}", range.OperandType))
            .ToArray();

        Assert.NotEmpty(ranges);
        Assert.Empty(ranges.Where(static range => range.OperandType != typeof(int) && range.OperandType != typeof(double)).Select(static range => range.Name));
    }
}
