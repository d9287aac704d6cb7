using System.Net;
using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.Auditing;
using McpRegistry.EndToEnd.Tests.Hosting;
using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.Tenancy;
using McpRegistry.TestSupport;
using McpRegistry.TestSupport.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.EndToEnd.Tests.Auditing;

/// <summary>What people and clients do shows in the trail, over HTTP from end to end.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const string Secret = "secret-argument-4711";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-registry-audit-");
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    internal async Task Calls_GoodAndRefused_AreInTheTrailWithoutArguments(Era era)
    {
        await using var upstream = await ScriptedServers.StartAsync(era, Cancellation);
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), era, Cancellation);
        await client.CallToolAsync("alpha__work", Cancellation, $$"""{"secret":"{{Secret}}"}""");
        await client.CallToolAsync("alpha__nothing", Cancellation, $$"""{"secret":"{{Secret}}"}""");

        var rows = await TrailAsync();

        var calls = rows.Where(row => row.Action == "tools/call").ToArray();
        Assert.Equal([(true, null, "work"), (false, -32602, "alpha__nothing")], calls.Select(row => (row.Success, row.ErrorCode, row.ResourceName)));
        Assert.All(calls, row =>
        {
            Assert.Equal((AuditSource.Mcp, AuditActorKind.ApiKey, "bootstrap-admin", "tool", "127.0.0.1", "2.0"),
                (row.Source, row.ActorKind, row.ActorName, row.ResourceType, row.IpAddress, row.JsonRpcVersion));
            Assert.NotNull(row.RequestId);
            Assert.True(row.DurationMs > 0);
            Assert.Contains("admin", row.Roles);
        });
        Assert.NotNull(calls[0].ResourceId);
        Assert.DoesNotContain(rows, row => JsonSerializer.Serialize(row.Details).Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(era == Era.Legacy, rows.Any(row => row.Action == "initialize"));
    }

    [Fact]
    public async Task Changes_MadeAndRefused_AreInTheTrailWithWhatTheyChanged()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        using var taken = await SendAsync(HttpMethod.Post, "/api/v1/servers", $$"""{"name":"other","alias":"alpha","url":"{{upstream.Url}}"}""");
        Assert.Equal(HttpStatusCode.Conflict, taken.StatusCode);

        var rows = (await TrailAsync()).Where(row => row.ResourceType == "server").ToArray();

        Assert.Equal([("server.create", true, null), ("server.create", false, "conflict: alias")], rows.Select(row => (row.Action, row.Success, row.ErrorMessage)));
        Assert.All(rows, row => Assert.Equal((AuditSource.Registry, AuditActorKind.ApiKey, "127.0.0.1"), (row.Source, row.ActorKind, row.IpAddress)));
        using var details = JsonDocument.Parse(rows[0].Details);
        Assert.Equal("alpha", details.RootElement.GetProperty("after").GetProperty("alias").GetString());
    }

    [Fact]
    public async Task Refusals_WithoutScopeOrKey_AreInTheTrailAndBounded()
    {
        await RestartAsync(("Audit:AnonymousPerMinute", "2"));
        var reader = await _gateway.AddKeyAsync("reader", ApiKeyScope.Read, Cancellation);
        using var weak = _gateway.CreateHttp(reader);
        using var nobody = _gateway.CreateHttp(null);
        using var forbidden = await weak.GetAsync(new Uri("/api/v1/audit", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        for (var i = 0; i < 5; i++)
        {
            using var refused = await nobody.GetAsync(new Uri("/api/v1/servers", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var rows = (await TrailAsync()).Where(row => row.Source == AuditSource.Security).ToArray();

        Assert.Equal(
            [("reader", "/api/v1/audit", 403, "forbidden"), (null, "/api/v1/servers", 401, "unauthorized"), (null, "/api/v1/servers", 401, "unauthorized")],
            rows.Select(row => (row.ActorName, row.ResourceName, row.ErrorCode!.Value, row.ErrorMessage)));
    }

    [Fact]
    public async Task Calls_ChangesOnly_LeaveNoListsButRefusals()
    {
        await RestartAsync(("Audit:Calls", "Changes"));
        await using var upstream = await ScriptedServers.StartAsync(Era.Legacy, Cancellation);
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), Era.Legacy, Cancellation);
        await client.CallToolAsync("alpha__work", Cancellation);
        await client.CallToolAsync("alpha__nothing", Cancellation);

        var rows = (await TrailAsync()).Where(row => row.Source == AuditSource.Mcp);

        Assert.Equal([("tools/call", true), ("tools/call", false)], rows.Select(row => (row.Action, row.Success)));
    }

    [Fact]
    public async Task Rest_SearchExportAndVerify_AgreeAndNameATamperedRow()
    {
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), Era.Modern, Cancellation);
        for (var i = 0; i < 5; i++)
        {
            await client.CallToolAsync("alpha__work", Cancellation);
        }

        await _gateway.Get<CallAuditWriter>().FlushAsync();

        var found = await SearchAllAsync("/api/v1/audit?action=tools/call&success=true&limit=2");
        Assert.Equal(5, found.Count);
        var lines = (await ReadAsync("/api/v1/audit/export?after=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var sequences = lines.Select(line => JsonElement.Parse(line).GetProperty("sequence").GetInt64()).ToArray();
        Assert.Equal(Enumerable.Range(2, lines.Length).Select(number => (long)number), sequences);
        Assert.Equal(found.Order(), lines.Select(line => JsonElement.Parse(line)).Where(row => row.GetProperty("action").GetString() == "tools/call").Select(row => row.GetProperty("id").GetGuid()).Order());
        Assert.True((await VerifyAsync()).GetProperty("intact").GetBoolean());

        var victim = JsonElement.Parse(lines[2]);
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabaseFile}"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE audit_events SET actor_name = 'somebody else' WHERE sequence = 4";
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
        }

        var fault = Assert.Single((await VerifyAsync()).GetProperty("faults").EnumerateArray());
        Assert.Equal(("changed", 4, victim.GetProperty("id").GetGuid()), (fault.GetProperty("kind").GetString(), fault.GetProperty("sequence").GetInt64(), fault.GetProperty("eventId").GetGuid()));
    }

    [Theory]
    [InlineData("{\"jsonrpc\":", "application/json", "application/json", "malformed_json", 400)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}", "application/json", "application/json", "duplicate_member", 400)]
    [InlineData("{}", "text/plain", "application/json", "content_type", 415)]
    [InlineData("{}", "application/json", "text/html", "accept", 406)]
    public async Task Calls_ThatCannotBeRead_AreInTheTrailAsRefused(string body, string type, string accept, string reason, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
        request.Headers.TryAddWithoutValidation("Accept", $"{accept}, text/event-stream");
        using var answer = await _gateway.Http.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);

        var row = Assert.Single(await TrailAsync(), row => row.Source == AuditSource.Security);

        Assert.Equal(
            ("request.refused", "/mcp", false, reason, AuditActorKind.ApiKey, "bootstrap-admin"),
            (row.Action, row.ResourceName, row.Success, row.ErrorMessage, row.ActorKind, row.ActorName));
    }

    [Theory]
    [InlineData(Era.Modern)]
    [InlineData(Era.Legacy)]
    internal async Task Arguments_Kept_AreInTheTrailWithoutSecrets(Era era)
    {
        await RestartAsync(("Audit:Arguments:Enabled", "true"), ("Audit:Arguments:MaxBytes", "500"), ("Audit:Arguments:RedactProperties:0", "note"));
        await using var upstream = await ScriptedServers.StartAsync(era, Cancellation);
        upstream.On("tools/list", ListAnswers.Page("tools", """
            [{"name":"work","inputSchema":{"type":"object","properties":{"city":{"type":"string"},"note":{"type":"string"},"pin":{"type":"string","format":"password"}}}}]
            """));
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        var client = await RawClient.OpenAsync(_gateway.Http, _gateway.Mcp(), era, Cancellation);
        await client.CallToolAsync("alpha__work", Cancellation, $$"""{"city":"Oslo","note":"{{Secret}}","pin":"{{Secret}}","more":"{{Secret}}"}""");
        await client.CallToolAsync("alpha__work", Cancellation, $$"""{"city":"{{new string('x', 500)}}"}""");
        await client.CallToolAsync("alpha__nothing", Cancellation, $$"""{"secret":"{{Secret}}"}""");

        var rows = (await TrailAsync()).Where(row => row.Action == "tools/call").Select(row => JsonElement.Parse(row.Details)).ToArray();

        Assert.Equal("""{"city":"Oslo","note":"***","pin":"***","more":"***"}""", rows[0].GetProperty("arguments").GetRawText());
        Assert.Equal(["too_large", "unknown_tool"], rows[1..].Select(row => row.GetProperty("argumentsOmitted").GetString()));
        Assert.DoesNotContain(await TrailAsync(), row => JsonSerializer.Serialize(row).Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sink_OverARestart_GetsTheWholeTrailOnceAndInOrder()
    {
        var sink = new ListSink();
        await RestartAsync(sink);
        await DeliveredAsync(sink);
        var before = sink.Rows.Length;
        await RestartAsync(sink);
        await using var upstream = await ScriptedServers.StartAsync(Era.Modern, Cancellation);
        await _gateway.Registry.AddAsync("alpha", upstream.Url, Cancellation);
        await DeliveredAsync(sink);

        var rows = sink.Rows;
        Assert.InRange(before, 1, rows.Length - 1);
        Assert.Equal(Enumerable.Range(1, rows.Length).Select(number => (long)number), rows.Select(row => row.Sequence));
        Assert.Contains(rows, row => row.Event.Action == "server.create");
    }

    [Theory]
    [InlineData("GET", "/api/v1/audit?from=yesterday&success=maybe&userId=7&source=me&limit=0&cursor=!&nonsense=1", 7)]
    [InlineData("GET", "/api/v1/audit/export?after=-1", 1)]
    [InlineData("POST", "/api/v1/audit/verify?from=0&until=x&knownHash=12&maxFaults=99999", 5)]
    public async Task Rest_BadQueries_AreRefusedWithEveryFault(string method, string path, int faults)
    {
        using var answer = await SendAsync(new HttpMethod(method), path, null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(faults, problem.GetProperty("errors").GetArrayLength());
    }

    /// <summary>Waits until a sink has the last row that is there now.</summary>
    private async Task DeliveredAsync(ListSink sink)
    {
        var head = await _gateway.Get<IAuditStore>().FindHeadAsync(TenantId.Global, Cancellation);
        await sink.WaitAsync(head!.Sequence).WaitAsync(Cancellation);

        // A host that stops before the delivery is noted makes it again.
        await Patience.UntilAsync(
            async () => (await _gateway.Get<IAuditSinkStore>().FindBehindAsync("list", DateTimeOffset.MaxValue, 1, Cancellation)).Count == 0,
            "the delivery is noted",
            Cancellation);
    }

    private string DatabaseFile => Path.Combine(_folder.FullName, "registry.db");

    private async Task<List<AuditEvent>> TrailAsync()
    {
        await _gateway.Get<CallAuditWriter>().FlushAsync();
        var trail = _gateway.Get<IAuditTrail>();
        Assert.True((await trail.VerifyAsync(TenantId.Global, AuditRange.All, Cancellation)).IsIntact);
        var rows = new List<AuditEvent>();
        await foreach (var row in trail.ReadAsync(TenantId.Global, 0, Cancellation))
        {
            rows.Add(row.Event);
        }

        return rows;
    }

    private async Task<List<Guid>> SearchAllAsync(string path)
    {
        var found = new List<Guid>();
        for (var next = path; next is not null;)
        {
            var page = JsonElement.Parse(await ReadAsync(next));
            found.AddRange(page.GetProperty("events").EnumerateArray().Select(row => row.GetProperty("id").GetGuid()));
            next = page.TryGetProperty("nextCursor", out var cursor) ? $"{path}&cursor={cursor.GetString()}" : null;
        }

        return found;
    }

    private async Task<JsonElement> VerifyAsync()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/v1/audit/verify", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<string> ReadAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        };
        return await _gateway.Http.SendAsync(request, Cancellation);
    }

    private async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(settings);
    }

    private async Task RestartAsync(ListSink sink)
    {
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(sink, ("Audit:SinkInterval", "00:00:00.1"));
    }

    private Task<GatewayHost> StartAsync(params (string Name, string Value)[] settings) => StartAsync(null, settings);

    private Task<GatewayHost> StartAsync(ListSink? sink, params (string Name, string Value)[] settings) => GatewayHost.StartAsync(Cancellation, new GatewaySetup
    {
        Services = services =>
        {
            if (sink is not null)
            {
                new Builder(services).AddAuditSink<Forward>();
                services.AddSingleton(sink);
            }
        },
        DatabaseFile = DatabaseFile,
        Settings = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value, StringComparer.Ordinal),
    });

    private sealed record Builder(IServiceCollection Services) : IMcpRegistryBuilder;

    /// <summary>What a host makes for itself, and disposes.</summary>
    private sealed class Forward(ListSink sink) : IAuditSink
    {
        public string Name => "list";

        public ValueTask DeliverAsync(TenantId tenant, IReadOnlyList<ChainedAuditEvent> rows, CancellationToken cancellationToken)
        {
            sink.Add(rows);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class ListSink
    {
        private readonly Lock _lock = new();
        private readonly List<ChainedAuditEvent> _rows = [];
        private readonly List<(long Sequence, TaskCompletionSource Arrived)> _waiting = [];

        public ChainedAuditEvent[] Rows
        {
            get
            {
                lock (_lock)
                {
                    return [.. _rows];
                }
            }
        }

        public void Add(IReadOnlyList<ChainedAuditEvent> rows)
        {
            lock (_lock)
            {
                _rows.AddRange(rows);
                _waiting.Where(wait => wait.Sequence <= _rows[^1].Sequence).ToList().ForEach(wait => wait.Arrived.TrySetResult());
            }
        }

        public Task WaitAsync(long sequence)
        {
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _waiting.Add((sequence, arrived));
                if (_rows.Count > 0 && _rows[^1].Sequence >= sequence)
                {
                    arrived.TrySetResult();
                }
            }

            return arrived.Task;
        }
    }
}
