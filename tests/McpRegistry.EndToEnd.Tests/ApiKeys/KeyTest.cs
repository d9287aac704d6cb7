using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpRegistry.EndToEnd.Tests.ApiKeys;

/// <summary>A gateway with a clock of the test's, whose callers say in a header where they are, and which keeps its log.</summary>
public abstract class KeyTest : EndToEndTest
{
    private protected const string Keys = "/api/v1/keys";
    private const string AddressHeader = "Test-Address";

    private protected ManualTimeProvider Clock { get; } = new();

    private protected LogLines Log { get; } = new();

    private protected override GatewaySetup Setup => new()
    {
        Clock = Clock,
        Services = services => services.AddSingleton<IStartupFilter, AddressFilter>().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log)),
    };

    /// <summary>Sends a request with the admin key, or another one.</summary>
    private protected async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)> SendAsync(
        HttpMethod method, string path, string? json = null, string? key = null, string? address = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? GatewayHost.AdminKey);
        if (address is not null)
        {
            request.Headers.Add(AddressHeader, address);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await Gateway.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return (response.StatusCode, text.StartsWith('{') && !text.Contains('\n', StringComparison.Ordinal) ? JsonElement.Parse(text) : default, response.Headers);
    }

    /// <summary>Makes a key and returns its text and id.</summary>
    private protected async Task<(string Text, string Id)> CreateAsync(string members)
    {
        var (status, body, _) = await SendAsync(HttpMethod.Post, Keys, $$"""{{{members}}}""");
        Assert.Equal(HttpStatusCode.Created, status);
        return (body.GetProperty("key").GetString()!, body.GetProperty("details").GetProperty("id").GetString()!);
    }

    /// <summary>Uses a key for a request that needs the read scope only.</summary>
    private protected async Task<HttpStatusCode> UseAsync(string key, string? address = null) =>
        (await SendAsync(HttpMethod.Get, "/api/v1/servers", key: key, address: address)).Status;

    /// <summary>Makes a well-formed key with the id of another one.</summary>
    private protected static string WithOtherSecret(string text) => ApiKeyFormat.Seal(text[..^50] + ApiKeyFormat.Generate("test")[^50..^7]);

    private protected async Task<string> StateAsync(string id) =>
        (await SendAsync(HttpMethod.Get, $"{Keys}/{id}")).Body.GetProperty("state").GetString()!;

    /// <summary>Stands for the proxy in front of the host.</summary>
    private sealed class AddressFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                if (context.Request.Headers[AddressHeader] is [{ } address])
                {
                    context.Connection.RemoteIpAddress = IPAddress.Parse(address);
                }

                return rest(context);
            });
            next(app);
        };
    }
}
