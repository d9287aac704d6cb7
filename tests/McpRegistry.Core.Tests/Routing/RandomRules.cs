using System.Text.Json.Nodes;
using McpRegistry.Routing;
using McpRegistry.Tenancy;

namespace McpRegistry.Core.Tests.Routing;

/// <summary>Rules and calls of few values, so that they meet often.</summary>
internal sealed class RandomRules(Random random)
{
    public static readonly string[] Tenants = [Guid.Empty.ToString(), "00000000-0000-0000-0000-0000000000a1", "00000000-0000-0000-0000-0000000000a2"];
    public static readonly string[] Servers = ["alpha", "beta", "gamma", "delta"];
    public static readonly string[] Items = ["search", "fetch", "read_file", "ünï"];

    private static readonly string[] Methods = ["tools/call", "prompts/get", "resources/read"];
    private static readonly string[] Users = ["00000000-0000-0000-0000-0000000000b1", "00000000-0000-0000-0000-0000000000b2"];
    private static readonly string[] Keys = ["00000000-0000-0000-0000-0000000000c1", "00000000-0000-0000-0000-0000000000c2"];
    private static readonly string[] Roles = ["user", "admin", "server_owner", "service", "read_only"];
    private static readonly string[] Addresses = ["10.0.0.1", "10.0.0.2", "192.168.1.9"];
    private static readonly string[] Networks = ["10.0.0.0/8", "10.0.0.0/31", "192.168.0.0/16"];
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"];
    private static readonly string[] Times = ["00:00", "07:30", "12:00", "18:45", "23:59"];
    private static readonly string[] Patterns = ["^s", "(search|fetch)", "[a-z_]+", "^.{4,6}$", "e"];
    private static readonly string[] Pointers = ["/region", "/filter/limit", "/tags/1", "/a~1b", ""];
    private static readonly JsonNode?[] Scalars = ["eu", "us", 1, 2.5, true, null];
    private static readonly string[] Texts = ["search", "fetch", "read_file", "ünï", "eu", "us"];
    private static readonly string[] Fields =
        ["method", "tool", "prompt", "resource", "server", "tag", "transport", "tenant", "user", "role", "key", "address", "header", "time", "day", "size", "argument"];

    private int _number;

    public RoutingRule Rule() => new()
    {
        Id = new Guid(++_number, 0, 0, new byte[8]),
        Tenant = new TenantId(Guid.Parse(Pick(Tenants))),
        Name = $"rule {_number}",
        Priority = random.Next(3),
        IsActive = random.Next(8) > 0,
        Conditions = (random.Next(8) == 0 ? new JsonObject() : Condition(1)).ToJsonString(),
        Targets = WithMore(Targets()).ToJsonString(),
        CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(_number),
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };

    public PlainRequest Request()
    {
        var method = Pick(Methods);
        return new PlainRequest(
            method,
            method switch { "tools/call" => "tool", "prompts/get" => "prompt", _ => "resource" },
            Pick(Items),
            Pick(Servers),
            [.. Texts.Where(_ => random.Next(3) == 0)],
            ["streamable_http"],
            Pick(Tenants),
            Maybe(Users), Maybe(Roles), Maybe(Keys), Maybe(Addresses),
            Headers(),
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 24 * 60)),
            random.Next(4),
            random.Next(3) == 0 ? null : Written(new JsonObject
            {
                ["region"] = Scalar(),
                ["filter"] = new JsonObject { ["x"] = new JsonArray(), ["limit"] = Scalar() },
                ["tags"] = new JsonArray(Scalar(), Scalar()),
                ["a/b"] = Scalar(),
            }));
    }

    private JsonObject Targets() => random.Next(8) == 0
        ? new JsonObject { ["mirror"] = new JsonObject { ["server"] = Pick(Servers), ["percent"] = 100 } }
        : new JsonObject
        {
            ["servers"] = new JsonArray([.. Servers.Where(_ => random.Next(2) == 0).DefaultIfEmpty("nowhere").Select(server =>
                (JsonNode)new JsonObject { ["server"] = server, ["weight"] = random.Next(4) })]),
        };

    /// <summary>Some have a mirror, a key or a canary for everyone who has the key of it, too.</summary>
    private JsonObject WithMore(JsonObject targets)
    {
        if (!targets.ContainsKey("mirror") && random.Next(4) == 0)
        {
            targets["mirror"] = new JsonObject { ["server"] = Pick(Servers), ["percent"] = 50 };
        }

        if (targets.ContainsKey("servers") && random.Next(4) == 0)
        {
            targets["sticky"] = Key();
        }

        if (targets.ContainsKey("servers") && random.Next(4) == 0)
        {
            targets["canary"] = Key();
            targets["canary"]!["percent"] = 100;
            targets["canary"]!["servers"] = new JsonArray(new JsonObject { ["server"] = Pick(Servers) }, new JsonObject { ["server"] = "nowhere" });
        }

        return targets;
    }

    private JsonObject Key() => random.Next(4) switch
    {
        0 => new JsonObject { ["by"] = "principal" },
        1 => new JsonObject { ["by"] = "session" },
        2 => new JsonObject { ["by"] = "address" },
        _ => new JsonObject { ["by"] = "header", ["name"] = Pick((string[])["X-Region", "x-other"]) },
    };

    private Dictionary<string, string> Headers()
    {
        var headers = new Dictionary<string, string>();
        foreach (var name in (string[])["X-Region", "X-Other"])
        {
            if (random.Next(2) == 0)
            {
                headers[name] = Pick(Texts);
            }
        }

        return headers;
    }

    /// <summary>Numbers as text has them: those in memory keep their type.</summary>
    private static JsonObject Written(JsonObject value) => JsonNode.Parse(value.ToJsonString())!.AsObject();

    private JsonObject Condition(int depth) => (depth > 3 ? 9 : random.Next(10)) switch
    {
        < 2 => new JsonObject { ["all"] = Parts(depth) },
        < 4 => new JsonObject { ["any"] = Parts(depth) },
        4 => new JsonObject { ["not"] = Condition(depth + 1) },
        _ => Comparison(),
    };

    private JsonArray Parts(int depth) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Condition(depth + 1))];

    private JsonObject Comparison()
    {
        var field = Pick(Fields);
        var condition = new JsonObject { ["field"] = field };
        switch (field)
        {
            case "tenant" or "user" or "key":
                return Equality(condition, () => Pick(field == "tenant" ? Tenants : field == "user" ? Users : Keys));
            case "role":
                return Equality(condition, () => Pick(Roles));
            case "transport":
                return Equality(condition, () => Pick((string[])["streamable_http", "stdio"]));
            case "address":
                return random.Next(2) == 0 ? Equality(condition, () => Pick(Addresses)) : With(condition, "cidr", random.Next(2) == 0 ? Pick(Networks) : new JsonArray(Pick(Networks), Pick(Addresses)));
            case "day":
                condition["zone"] = Pick(Zones);
                return Equality(condition, () => random.Next(7));
            case "time":
                condition["zone"] = Pick(Zones);
                return random.Next(3) > 0
                    ? With(condition, Pick((string[])["in", "not_in"]), new JsonArray(Range(), Range()))
                    : With(condition, Pick((string[])["gt", "lt"]), Pick(Times));
            case "size":
                return random.Next(2) == 0 ? Equality(condition, () => random.Next(4)) : With(condition, Pick((string[])["gt", "lt"]), random.Next(4));
            case "argument":
                condition["pointer"] = Pick(Pointers);
                return random.Next(3) switch
                {
                    0 => Equality(condition, Scalar),
                    1 => With(condition, Pick((string[])["gt", "lt"]), random.Next(3)),
                    _ => Text(condition, Texts),
                };
            case "header":
                condition["name"] = Pick((string[])["X-Region", "x-region", "X-Other"]);
                return Text(condition, Texts);
            default:
                return Text(condition, field switch { "method" => Methods, "server" => Servers, "tag" => Texts, _ => Items });
        }
    }

    private JsonNode Range()
    {
        var from = Pick(Times);
        return $"{from}-{Pick([.. Times.Where(time => time != from), "24:00"])}";
    }

    private JsonObject Text(JsonObject condition, string[] values) => random.Next(4) switch
    {
        0 => With(condition, Pick((string[])["contains", "starts_with", "ends_with"]), Pick(values)[..random.Next(1, 3)]),
        1 => With(condition, "regex", Pick(Patterns)),
        _ => Equality(condition, () => Pick(values)),
    };

    private JsonObject Equality(JsonObject condition, Func<JsonNode?> value) => random.Next(2) == 0
        ? With(condition, Pick((string[])["equals", "not_equals"]), value())
        : With(condition, Pick((string[])["in", "not_in"]), new JsonArray(value(), value()));

    private static JsonObject With(JsonObject condition, string comparison, JsonNode? value)
    {
        condition["operator"] = comparison;
        condition["value"] = value;
        return condition;
    }

    private JsonNode? Scalar() => Scalars[random.Next(Scalars.Length)]?.DeepClone();

    private T Pick<T>(T[] all) => all[random.Next(all.Length)];

    private string? Maybe(string[] all) => random.Next(4) == 0 ? null : Pick(all);
}
