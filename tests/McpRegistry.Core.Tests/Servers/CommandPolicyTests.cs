using McpRegistry.Servers;
using Microsoft.Extensions.Options;
using Xunit;

namespace McpRegistry.Core.Tests.Servers;

public sealed class CommandPolicyTests
{
    private readonly CommandPolicy _policy = new(Options.Create(new StdioOptions
    {
        AllowedCommands = [new() { Command = "npx", Arguments = ["-y", "@scope/server@1.0.0"] }, new() { Command = "/opt/tool" }],
        AllowedEnvironmentVariables = ["API_TOKEN"],
    }));

    [Theory]
    [InlineData("npx", "-y|@scope/server@1.0.0", true)]
    [InlineData("npx", "-y|@scope/server@1.0.0|--verbose", true)]
    [InlineData("npx", "-y|@scope/server@1.0.0x", false)]
    [InlineData("npx", "-y", false)]
    [InlineData("npx", "", false)]
    [InlineData("NPX", "-y|@scope/server@1.0.0", false)]
    [InlineData("/opt/tool", "anything", true)]
    [InlineData("/opt/../opt/tool", "", false)]
    [InlineData("bash", "-c|id", false)]
    public void IsAllowed_CommandOfRest_FollowsList(string command, string arguments, bool expected)
    {
        var allowed = _policy.IsAllowed(ServerOrigin.Api, Process(command, arguments), out var reason);

        Assert.Equal(expected, allowed);
        Assert.Equal(expected, reason is null);
    }

    [Theory]
    [InlineData(ServerOrigin.Configuration)]
    [InlineData(ServerOrigin.Code)]
    public void IsAllowed_CommandOfOperator_NeedsNoEntry(ServerOrigin origin) =>
        Assert.True(_policy.IsAllowed(origin, Process("bash", "-c|id"), out _));

    [Fact]
    public void IsAllowed_UrlEndpoint_IsNoProcess() =>
        Assert.True(_policy.IsAllowed(ServerOrigin.Api, new ServerEndpoint { Id = default, Url = "https://example.com" }, out _));

    [Fact]
    public void IsAllowed_DirectoryOrUnlistedVariable_IsRefused()
    {
        var endpoint = Process("/opt/tool", "");

        Assert.False(_policy.IsAllowed(ServerOrigin.Api, endpoint with { WorkingDirectory = "/" }, out _));
        Assert.False(_policy.IsAllowed(ServerOrigin.Api, endpoint with { Environment = endpoint.Environment.Add("LD_PRELOAD", "x") }, out _));
        Assert.True(_policy.IsAllowed(ServerOrigin.Api, endpoint with { Environment = endpoint.Environment.Add("API_TOKEN", "x") }, out _));
    }

    [Fact]
    public void IsCommandAllowed_DefaultOptions_AllowsNothing() =>
        Assert.False(new CommandPolicy(Options.Create(new StdioOptions())).IsCommandAllowed("npx", []));

    private static ServerEndpoint Process(string command, string arguments) => new()
    {
        Id = default,
        Transport = TransportKind.Stdio,
        Command = command,
        Arguments = [.. arguments.Split('|', StringSplitOptions.RemoveEmptyEntries)],
    };
}
