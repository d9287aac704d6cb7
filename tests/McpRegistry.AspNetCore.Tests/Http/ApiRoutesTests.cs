using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Auditing;
using McpRegistry.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.AspNetCore.Tests.Http;

/// <summary>An answer that fails half-way must not look like a whole one.</summary>
public sealed class ApiRoutesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("flushed")]
    [InlineData("waiting")]
    public async Task Answer_ThatFailsHalfWay_IsCutOff(string how)
    {
        await using var host = await StartAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await ReadAsync(host, "/broken/" + how));
    }

    [Fact]
    public async Task Answer_ThatFailsBeforeItBegins_IsAProblem()
    {
        await using var host = await StartAsync();

        (await host.GetAsync("/broken/nothing")).AssertProblem(HttpStatusCode.InternalServerError, "internal");
    }

    /// <summary>Rows that wait for the first flush, and rows that are sent already.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(150)]
    public async Task Export_OfATrailThatFailsBehindSomeRows_IsCutOff(int rows)
    {
        await using var host = await GovernedHost.StartAsync(gateway => gateway.Services.AddSingleton<IAuditTrail>(new BrokenTrail(rows)), null);

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await ReadAsync(host, "/api/v1/audit/export", GovernedHost.Admin));
    }

    private static Task<GovernedHost> StartAsync() => GovernedHost.StartAsync(
        static gateway => gateway.Services.AddSingleton<BrokenApi>(),
        static app => app.MapGet("/broken/{how}", ApiRoutes.Answer<BrokenApi>(static (api, context) => api.AnswerAsync(context))));

    private static async Task<string> ReadAsync(GovernedHost host, string path, params (string Name, string Value)[] headers)
    {
        using var request = GovernedHost.Create(HttpMethod.Get, path, null, headers);
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        try
        {
            return await response.Content.ReadAsStringAsync(Cancellation);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException("The answer was cut off.", exception);
        }
    }

    private sealed class BrokenApi
    {
        public async Task AnswerAsync(HttpContext context)
        {
            var how = context.Request.RouteValues["how"] as string;
            if (how != "nothing")
            {
                context.Response.BodyWriter.Write("{\"row\":1}\n"u8);
            }

            if (how == "flushed")
            {
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }

            throw new InvalidOperationException("The store has failed.");
        }
    }

    private sealed class BrokenTrail(int rows) : IAuditTrail
    {
        public ValueTask<AuditVerification> VerifyAsync(TenantId tenant, AuditRange range, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<ChainedAuditEvent> ReadAsync(
            TenantId tenant, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            var row = new AuditEvent { Id = Guid.CreateVersion7(), Tenant = tenant, OccurredAt = DateTimeOffset.UnixEpoch, Action = "test", ResourceType = "test" };
            for (var sequence = 1; sequence <= rows; sequence++)
            {
                yield return ChainedAuditEvent.Link(row, sequence, AuditHash.None);
            }

            throw new InvalidOperationException("The store has failed.");
        }
    }
}
