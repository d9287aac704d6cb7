using System.Net;
using McpRegistry.Upstream;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Upstream;

public sealed class OutboundAddressPolicyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("127.255.255.254")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("0xA9FEA9FE")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("192.168.257")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("0:0:0:0:0:0:0:1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:7f00:1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:2::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:c0a8:1::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fdff::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    public void IsAllowed_NonPublicAddress_IsRefusedWithReason(string address)
    {
        Assert.False(Policy().IsAllowed(IPAddress.Parse(address), out var reason));
        Assert.NotEmpty(reason!);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::1.1.1.1")]
    public void IsAllowed_PublicAddress_IsAllowed(string address) =>
        Assert.True(Policy().IsAllowed(IPAddress.Parse(address), out _));

    [Fact]
    public void IsAllowed_LoopbackSetting_OpensLoopbackOnly()
    {
        var policy = Policy(options => options.AllowLoopback = true);

        Assert.True(policy.IsAllowed(IPAddress.Parse("127.0.0.1"), out _));
        Assert.True(policy.IsAllowed(IPAddress.Parse("::ffff:127.0.0.1"), out _));
        Assert.True(policy.IsAllowed(IPAddress.IPv6Loopback, out _));
        Assert.False(policy.IsAllowed(IPAddress.Parse("10.0.0.1"), out _));
        Assert.False(policy.IsAllowed(IPAddress.Parse("0.0.0.0"), out _));
    }

    [Fact]
    public void IsAllowed_PrivateSetting_KeepsMetadataRefused()
    {
        var policy = Policy(options => options.AllowPrivateNetworks = true);

        Assert.True(policy.IsAllowed(IPAddress.Parse("192.168.1.1"), out _));
        Assert.True(policy.IsAllowed(IPAddress.Parse("fd12::1"), out _));
        foreach (var metadata in (string[])["fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42", "169.254.169.254", "168.63.129.16"])
        {
            Assert.False(policy.IsAllowed(IPAddress.Parse(metadata), out _), metadata);
        }
        Assert.False(policy.IsAllowed(IPAddress.Parse("169.254.169.254"), out _));
        Assert.False(policy.IsAllowed(IPAddress.Loopback, out _));
    }

    [Fact]
    public void IsAllowed_ListedNetwork_IsOpenButNeverMulticast()
    {
        var policy = Policy(options => options.AllowedNetworks = ["100.64.0.0/10", "fe80::/10", "0.0.0.0/0"]);

        Assert.True(policy.IsAllowed(IPAddress.Parse("100.64.1.1"), out _));
        Assert.True(policy.IsAllowed(IPAddress.Parse("::ffff:100.64.1.1"), out _));
        Assert.True(policy.IsAllowed(IPAddress.Parse("fe80::1%3"), out _));
        Assert.False(policy.IsAllowed(IPAddress.Parse("224.0.0.1"), out _));
        Assert.False(policy.IsAllowed(IPAddress.Any, out _));
        Assert.False(policy.IsAllowed(IPAddress.IPv6Loopback, out _));
    }

    [Fact]
    public void Validate_BadNetworks_ListsEveryFault()
    {
        var result = new OutboundOptionsValidator().Validate(null, new OutboundOptions { AllowedNetworks = ["10.0.0.0/33", "10.0.0.0/8", "host"] });

        Assert.Equal(2, result.Failures!.Count());
    }

    internal static OutboundAddressPolicy Policy(Action<OutboundOptions>? configure = null)
    {
        var options = new OutboundOptions();
        configure?.Invoke(options);
        return new OutboundAddressPolicy(Options.Create(options));
    }
}
