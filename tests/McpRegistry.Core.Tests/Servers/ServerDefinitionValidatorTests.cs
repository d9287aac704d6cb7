using McpRegistry.Servers;
using McpRegistry.Servers.Validation;
using Xunit;

namespace McpRegistry.Core.Tests.Servers;

public sealed class ServerDefinitionValidatorTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("io.github.user/weather", "weather")]
    [InlineData("Everything Server", "everything-server")]
    [InlineData("a", "a")]
    [InlineData("--A__b--", "a-b")]
    public void Validate_NameWithoutAlias_DerivesAlias(string name, string expected)
    {
        var candidate = _fixture.Validator.Validate(Remote(name), ServerOrigin.Api);

        Assert.Empty(candidate.Faults);
        Assert.Equal(expected, candidate.Alias);
    }

    [Theory]
    [InlineData("天気")]
    [InlineData("toolsets")]
    [InlineData("io.github.user/a-very-long-name-that-goes-on-and-on-and-on")]
    public void Validate_NameThatSlugLoses_DerivesWellFormedAliasWithHash(string name)
    {
        var first = ServerAlias.Derive(name);

        Assert.Equal(first, ServerAlias.Derive(name));
        Assert.True(ServerAlias.IsWellFormed(first), first);
        Assert.False(ServerAlias.IsReserved(first), first);
        Assert.NotEqual(first, ServerAlias.Derive(name + "x"));
    }

    [Theory]
    [InlineData("https://example.com/mcp", null)]
    [InlineData("http://example.com/mcp", "https_required")]
    [InlineData("wss://example.com/mcp", null)]
    [InlineData("WSS://example.com/mcp", null)]
    [InlineData("ws://example.com/mcp", "https_required")]
    [InlineData("ws://127.0.0.1/mcp", "address_not_allowed")]
    [InlineData("wss://[::ffff:10.0.0.1]/mcp", "address_not_allowed")]
    [InlineData("wss://user:pw@example.com/mcp", "url_user_info")]
    [InlineData("wss://example.com/mcp#part", "url_fragment")]
    [InlineData("wsx://example.com/mcp", "url_scheme")]
    [InlineData("http://localhost:3001/mcp", "address_not_allowed")]
    [InlineData("http://0x7f.1/mcp", "address_not_allowed")]
    [InlineData("https://2130706433/mcp", "address_not_allowed")]
    [InlineData("https://[::ffff:10.0.0.1]/mcp", "address_not_allowed")]
    [InlineData("https://169.254.169.254/latest", "address_not_allowed")]
    [InlineData("https://user:pw@example.com/mcp", "url_user_info")]
    [InlineData("https://example.com/mcp#part", "url_fragment")]
    [InlineData("https://example.com/mcp#", "url_fragment")]
    [InlineData("file:///etc/passwd", "url_scheme")]
    [InlineData("ftp://example.com/", "url_scheme")]
    [InlineData("javascript:alert(1)", "url_scheme")]
    [InlineData("/mcp", "url_scheme")]
    [InlineData("example.com/mcp", "url_form")]
    [InlineData("https://", "url_form")]
    [InlineData("", "url_form")]
    [InlineData("https://exa mple.com/", "url_form")]
    [InlineData("https://example.com\\@evil.com/", "url_form")]
    [InlineData("https://example.com/\r\nX: y", "url_form")]
    public void Validate_Url_NamesFault(string url, string? code)
    {
        var faults = _fixture.Validate(new ServerDefinition { Name = "x", Url = url });

        Assert.Equal(code, faults.FirstOrDefault(fault => fault.Path == "url")?.Code);
    }

    [Fact]
    public void Validate_LoopbackAllowed_TakesHttpOnLoopbackOnly()
    {
        _fixture.With("Outbound:AllowLoopback", "true");

        Assert.Empty(_fixture.Validate(new ServerDefinition { Name = "x", Url = "http://127.0.0.1:3001/mcp" }));
        Assert.Empty(_fixture.Validate(new ServerDefinition { Name = "x", Url = "http://localhost:3001/mcp" }));
        Assert.Equal("https_required", Assert.Single(_fixture.Validate(new ServerDefinition { Name = "x", Url = "http://example.com" })).Code);
    }

    [Theory]
    [InlineData(null, "wss://example.com", TransportKind.WebSocket)]
    [InlineData(null, "WS://127.0.0.1", TransportKind.WebSocket)]
    [InlineData(null, "https://example.com/wss:", TransportKind.StreamableHttp)]
    [InlineData(TransportKind.WebSocket, "ws://127.0.0.1", TransportKind.WebSocket)]
    public void Validate_TransportOfAUrl_IsFoundByItsScheme(TransportKind? given, string url, TransportKind expected)
    {
        _fixture.With("Outbound:AllowLoopback", "true");
        var definition = new ServerDefinition { Name = "x", Transport = given, Url = url };

        Assert.Empty(_fixture.Validate(definition));
        Assert.Equal(expected, new ServerCandidate(definition, ServerOrigin.Api).Endpoints[0].Transport);
    }

    [Theory]
    [InlineData(TransportKind.WebSocket, "https://example.com", "websocket transport")]
    [InlineData(TransportKind.WebSocket, "http://example.com", "websocket transport")]
    [InlineData(TransportKind.StreamableHttp, "wss://example.com", "websocket transport")]
    [InlineData(TransportKind.Sse, "ws://example.com", "websocket transport")]
    [InlineData(TransportKind.WebSocket, "ftp://example.com", "wss or ws")]
    public void Validate_SchemeOfAnotherTransport_NamesFault(TransportKind transport, string url, string expected)
    {
        var fault = Assert.Single(_fixture.Validate(new ServerDefinition { Name = "x", Transport = transport, Url = url }));

        Assert.Equal(("url", "url_scheme"), (fault.Path, fault.Code));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WebSocketWithoutUrlOrWithACommand_NamesFaults()
    {
        var faults = _fixture.Validate(new ServerDefinition { Name = "x", Transport = TransportKind.WebSocket, Command = "node" });

        Assert.Equal(["url:required", "command:not_with_url"], faults.Select(fault => $"{fault.Path}:{fault.Code}"));
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(33, true)]
    public void Validate_ManyEndpoints_AreBounded(int count, bool refused)
    {
        var definition = new ServerDefinition { Name = "many", Endpoints = [.. Enumerable.Range(0, count).Select(static i => new EndpointDefinition { Url = $"https://{i}.example.com/mcp" })] };

        Assert.Equal(refused ? ["endpoints:too_many"] : [], _fixture.Validate(definition).Select(static fault => $"{fault.Path}:{fault.Code}"));
    }

    [Fact]
    public void Validate_ManyFaults_ReportsAll()
    {
        var definition = new ServerDefinition
        {
            Name = "bad\u0007name",
            Alias = "Bad_Alias",
            Description = new string('d', 4_001),
            Tags = ["ok", " padded "],
            Endpoints =
            [
                new() { Url = "ftp://x", Weight = 1_001, Zone = "" },
                new() { Transport = TransportKind.Stdio, Url = "https://example.com" },
                new() { Url = "https://example.com", Command = "node" },
                new() { Transport = TransportKind.Sse },
            ],
        };

        var codes = _fixture.Validate(definition).Select(fault => $"{fault.Path}:{fault.Code}").ToList();

        Assert.Equal(
            [
                "name:control_characters",
                "alias:alias_form",
                "description:too_long",
                "tags[1]:tag_form",
                "endpoints[0].weight:out_of_range",
                "endpoints[0].zone:zone_form",
                "endpoints[1].command:required",
                "endpoints[1].url:not_with_stdio",
                "endpoints[2].command:not_with_url",
                "endpoints[3].url:required",
                "endpoints[0].url:url_scheme",
            ],
            codes);
    }

    [Theory]
    [InlineData(null, "required")]
    [InlineData("  ", "required")]
    [InlineData(" x", "outer_space")]
    [InlineData("a\u0000b", "control_characters")]
    [InlineData("a\u2028b", "control_characters")]
    public void Validate_Name_NamesFault(string? name, string code) =>
        Assert.Contains(_fixture.Validate(Remote(name)), fault => fault.Path == "name" && fault.Code == code);

    // Not among the rows above: attributes are stored as UTF-8 and lose the half.
    [Fact]
    public void Validate_NameWithHalfSurrogate_NamesFault() =>
        Assert.Equal("control_characters", Assert.Single(_fixture.Validate(Remote("a\ud800b"))).Code);

    [Fact]
    public void Validate_LongName_NamesFault()
    {
        Assert.Empty(_fixture.Validate(Remote(new string('n', 200))));
        Assert.Equal("too_long", Assert.Single(_fixture.Validate(Remote(new string('n', 201)))).Code);
    }

    [Fact]
    public void Validate_ReservedAlias_IsRefused()
    {
        var definition = Remote("x");
        definition.Alias = "toolsets";

        Assert.Equal("alias_reserved", Assert.Single(_fixture.Validate(definition)).Code);
    }

    [Fact]
    public void Validate_NoEndpointOrBothForms_IsRefused()
    {
        var both = Remote("x");
        both.Endpoints = [new() { Url = "https://example.com" }];

        Assert.Equal("required", Assert.Single(_fixture.Validate(new ServerDefinition { Name = "x" })).Code);
        Assert.Equal("two_forms", Assert.Single(_fixture.Validate(both)).Code);
    }

    [Fact]
    public void Validate_NullsFromBinders_AreTakenAsEmpty()
    {
        var definition = new ServerDefinition { Name = "x", Tags = null!, Arguments = null!, Environment = null!, Endpoints = [new() { Url = "https://example.com", Arguments = null!, Environment = null! }] };

        Assert.Empty(_fixture.Validate(definition));
    }

    [Fact]
    public void Validate_ProcessTexts_AreBounded()
    {
        var definition = new ServerDefinition { Name = "x", Command = "node\0", Arguments = ["a", new string('x', 8_193)], Environment = { ["1BAD"] = "v", ["GOOD"] = "a\0" } };

        var paths = _fixture.Validate(definition, ServerOrigin.Configuration).Select(fault => $"{fault.Path}:{fault.Code}");

        Assert.Equal(["command:control_characters", "arguments[1]:too_long", "environment:variable_name", "environment.GOOD:control_characters"], paths);
    }

    private static ServerDefinition Remote(string? name) => new() { Name = name, Url = "https://example.com/mcp" };
}
