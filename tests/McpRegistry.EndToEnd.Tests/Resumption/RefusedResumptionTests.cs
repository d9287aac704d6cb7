using System.Net;
using McpRegistry.ApiKeys;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Resumption;

/// <summary>Ids that are of another session, made up, or of events that are gone.</summary>
public sealed class RefusedResumptionTests : ResumptionTest
{
    private protected override GatewaySetup Setup => base.Setup with
    {
        Settings = new Dictionary<string, string?>(base.Setup.Settings, StringComparer.Ordinal) { ["EventBuffer:MaxEventsPerSession"] = "2" },
    };

    [Fact]
    public async Task Resume_IdOfAnotherSession_IsUnknown()
    {
        var (id, owner) = await CutAsync();
        var other = await ClientAsync();
        await AssertRefusedAsync(await ListenAsync(other, id), HttpStatusCode.BadRequest, "unknown_event");
        Assert.Equal(HttpStatusCode.OK, (await ListenAsync(owner, id)).Status);
        await owner.EndAsync(Cancellation);
    }

    [Fact]
    public async Task Resume_ByAnotherPrincipal_IsForbidden()
    {
        var (id, owner) = await CutAsync();
        using var http = Gateway.CreateHttp(await Gateway.AddKeyAsync("second", ApiKeyScope.Proxy, Cancellation));
        await AssertRefusedAsync(await ListenAsync(owner, id, http), HttpStatusCode.Forbidden, "foreign_session");
        await owner.EndAsync(Cancellation);
    }

    [Fact]
    public async Task Resume_MadeUpId_IsUnknown()
    {
        var (id, owner) = await CutAsync();
        var parts = id.Split('-');
        foreach (var forged in new[] { "1", "0", "x", $"{parts[0]}-{parts[1]}-99", $"{parts[0]}-99-1", $"{parts[0]}-0-1", $"{id}-1", $"{id},{id}", new string('9', 4000), $"{parts[0]}-{parts[1]}--1" })
        {
            await AssertRefusedAsync(await ListenAsync(owner, forged), HttpStatusCode.BadRequest, "unknown_event");
        }

        await owner.EndAsync(Cancellation);
    }

    /// <summary>Without what is gone the rest could mislead; a connection that has it all is left alone.</summary>
    [Fact]
    public async Task Resume_EventsAreGone_IsToldSo()
    {
        var gates = new[] { new Gate(), new Gate() };
        gates[0].Open();
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", async exchange =>
        {
            for (var step = 1; step <= 5; step++)
            {
                await exchange.ProgressAsync(step, 5);
            }

            await Answers.After(gates[1], _ => Task.CompletedTask)(exchange);
            await exchange.ResultAsync("""{"resultType":"complete","content":[]}""");
        });
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var events = new List<StreamEvent>();
        for (var step = 1; step <= 5; step++)
        {
            events.Add(await call.MessageAsync(Cancellation));
        }

        await AssertRefusedAsync(await ListenAsync(client, events[1].Id), HttpStatusCode.Gone, "events_lost");
        gates[1].Open();
        Assert.Equal("1 2 3 4 5 result", Said([.. events, .. await call.RestAsync(Cancellation)]));
        Assert.Equal("result", Said(await (await ListenAsync(client, events[4].Id)).RestAsync(Cancellation)));
    }

    /// <summary>The call runs until the session ends.</summary>
    private async Task<(string Id, RawClient Client)> CutAsync()
    {
        (await AddUpstreamAsync(Era.Modern)).On("tools/call", Answers.Never);
        var client = await ClientAsync();
        var call = await CallAsync(client);
        var id = (await call.NextAsync(Cancellation)).Id!;
        await call.DisposeAsync();
        return (id, client);
    }

    private static async Task AssertRefusedAsync(EventReader answer, HttpStatusCode status, string reason)
    {
        var read = await answer.AnswerAsync(Cancellation);
        Assert.Equal((status, reason), (read.Status, read.Reason));
    }
}
