using McpRegistry.AccessControl;
using McpRegistry.ApiKeys;
using McpRegistry.Storage;
using McpRegistry.Supervision;
using McpRegistry.Tenancy;
using McpRegistry.Users;
using McpRegistry.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace McpRegistry.AspNetCore.Tests.Storage;

public sealed class ChangePrecedenceTests
{
    [Fact]
    public async Task WholeGateway_ChangeHandlers_CloseDoorsFirstAndEndStreamsLast()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddMcpGateway().UseInMemory();
        await using var app = builder.Build();

        var handlers = app.Services.GetServices<IChangeHandler>().OrderBy(static handler => handler.Precedence).ToList();

        Assert.IsType<ApiKeyFollower>(handlers[0]);
        Assert.Equal(
            [typeof(ExternalUsers), typeof(TenantFollower)],
            handlers.Skip(1).Take(2).Select(static handler => handler.GetType()).OrderBy(static type => type.Name, StringComparer.Ordinal));
        Assert.True(handlers.FindIndex(static handler => handler is ServerFollower) < handlers.FindIndex(static handler => handler is AccessRuleFollower));
        Assert.IsType<CallerStreams>(handlers[^1]);
    }
}
