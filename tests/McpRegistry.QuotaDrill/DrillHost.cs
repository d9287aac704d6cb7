using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.QuotaDrill;

/// <summary>
/// A gateway of a drill, a process of its own, to be killed. It prints its address, then a key with the wanted limit for each
/// number that it reads; a key that it reads is revoked and printed. It ends with its input.
/// </summary>
internal static class DrillHost
{
    public const string AdminKey = "drill-admin-key-0123456789-abcdef-0123";

    /// <param name="kind">The database.</param>
    /// <param name="connection">How to reach it.</param>
    /// <param name="isPatient">Whether it waits longer for the others and for the store than it does unless told.</param>
    public static async Task RunAsync(string kind, string connection, bool isPatient)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("McpRegistry:Bootstrap:AdminKey", AdminKey)]);
        if (isPatient)
        {
            // A machine that runs all tests at once may keep a replica from answering for seconds.
            builder.Configuration.AddInMemoryCollection([new("McpRegistry:Limits:RecallWait", "00:00:15"), new("McpRegistry:Limits:StoreTimeout", "00:01:00")]);
        }

        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gateway = builder.Services.AddMcpGateway();
        _ = string.Equals(kind, "sqlite", StringComparison.Ordinal) ? gateway.UseSqlite(connection) : gateway.UsePostgreSql(connection);
        await using var app = builder.Build();
        app.MapMcpGateway();
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.Single());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            await Console.Out.WriteLineAsync(int.TryParse(line, out var limit) ? await AddKeyAsync(app.Services, limit) : await RevokeAsync(app.Services, line));
        }

        await app.StopAsync();
    }

    private static async Task<string> RevokeAsync(IServiceProvider services, string secret)
    {
        var lookupId = ApiKeyFormat.GetId(secret).ToString();
        var stored = await services.GetRequiredService<IApiKeyStore>().FindByLookupIdAsync(lookupId, CancellationToken.None)
            ?? throw new InvalidOperationException("The key is not there.");
        var revoked = await services.GetRequiredService<IApiKeyRegistrar>()
            .RevokeAsync(TenantId.Global, stored.Key.Id, "the drill is over", null, AuditActor.System, CancellationToken.None);
        return revoked.Succeeded ? secret : throw new InvalidOperationException($"The key was not revoked: {revoked.Outcome}");
    }

    private static async Task<string> AddKeyAsync(IServiceProvider services, int limit)
    {
        var secret = ApiKeyFormat.Generate("drill");
        var key = services.GetRequiredService<ApiKeyComposer>().Compose(secret, $"drill {secret[^8..]}", ApiKeyScope.Proxy, null);
        var stored = await services.GetRequiredService<IApiKeyStore>()
            .AddAsync(TenantId.Global, key with { LimitPerHour = limit, LimitPerDay = 10 * limit }, null, CancellationToken.None);
        return stored.Succeeded ? secret : throw new InvalidOperationException($"The key was not stored: {stored.Outcome}");
    }
}
