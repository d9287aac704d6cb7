using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace McpRegistry.RestFuzz;

/// <summary>Makes hostile requests. A case depends on the seed and its number alone.</summary>
internal sealed class FuzzCases(FuzzHost host, IReadOnlyList<FuzzRoute> routes, int seed)
{
    private const string Json = "application/json";

    /// <summary>Each caller for a round of all routes, so that a short run has them all.</summary>
    public FuzzCaller CallerOf(int number) => host.Callers[number / routes.Count % host.Callers.Count];

    public FuzzCase Make(int number)
    {
        // Each route in turn, so that a short run has them all.
        var route = routes[number % routes.Count];
        var random = new Random(unchecked((seed * 397) ^ number));
        var body = FuzzBodies.Make(route, host.Ids, random);
        if (body is not null)
        {
            MakeUnique(body, number);
        }

        return random.Next(10) switch
        {
            0 or 1 when route.Parameters > 0 => WithOddId(route, random, body),
            2 => WithOddHeader(route, random, body, CallerOf(number)),
            < 6 when route.Method == "DELETE" => WithOddHeader(route, random, body, CallerOf(number)),
            3 when route.Method == "PUT" => WithStaleVersion(route, random, body!),
            _ when route.Method == "DELETE" => WithOddId(route, random, body),
            _ when body is not null => WithOddBody(route, random, body),
            _ => WithOddQuery(route, random),
        };
    }

    private static void MakeUnique(JsonObject body, int number)
    {
        foreach (var name in (string[])["name", "alias", "slug"])
        {
            if (body.ContainsKey(name))
            {
                body[name] = string.Create(CultureInfo.InvariantCulture, $"fuzz-{name[0]}{number}");
            }
        }
    }

    private static byte[]? Bytes(JsonObject? body) => body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString());

    private static T Pick<T>(IReadOnlyList<T> values, Random random) => values[random.Next(values.Count)];

    private string PathOf(FuzzRoute route) => route.Pattern.Replace("{id}", host.Ids.GetValueOrDefault(route.Kind, "x"), StringComparison.Ordinal);

    private static FuzzCase WithOddId(FuzzRoute route, Random random, JsonObject? body)
    {
        var id = Pick(HostileText.Ids, random);
        return new FuzzCase
        {
            Route = route,
            Path = route.Pattern.Replace("{id}", id, StringComparison.Ordinal),
            What = "an odd id",
            MustBeRefused = true,
            Body = Bytes(body),
            ContentType = body is null ? null : Json,
        };
    }

    private FuzzCase WithOddQuery(FuzzRoute route, Random random) => new()
    {
        Route = route,
        Path = PathOf(route) + Pick(HostileText.Queries, random),
        What = "an odd query",
    };

    private FuzzCase WithOddHeader(FuzzRoute route, Random random, JsonObject? body, FuzzCaller caller)
    {
        // Who may delete gets something of its own to delete; who may not, what all others need.
        var path = route.Method == "DELETE" && caller.Reach == FuzzReach.Installation ? route.Pattern.Replace("{id}", FuzzCase.Fresh, StringComparison.Ordinal) : PathOf(route);
        return body is not null && random.Next(2) == 0
            ? new FuzzCase
            {
                Route = route,
                Path = path,
                What = "an odd type of content",
                MustBeRefused = true,
                Body = Bytes(body),
                ContentType = Pick(HostileText.ContentTypes, random),
            }
            : new FuzzCase
            {
                Route = route,
                Path = path + (route.IsRead ? Pick(HostileText.Queries, random) : ""),
                What = "an odd header",
                MustBeRefused = route.Method == "DELETE" && caller.Reach != FuzzReach.Installation,
                Body = Bytes(body),
                ContentType = body is null ? null : Json,
                Headers = random.Next(4) == 0 ? [("X-Tenant", Pick(HostileText.Ids, random))] : [Pick(HostileText.Headers, random)],
            };
    }

    private FuzzCase WithStaleVersion(FuzzRoute route, Random random, JsonObject body) => new()
    {
        Route = route,
        Path = PathOf(route),
        What = "a version that is none",
        MustBeRefused = true,
        Body = Bytes(body),
        ContentType = Json,
        Headers = [("If-Match", Pick(HostileText.StaleVersions, random))],
    };

    private FuzzCase WithOddBody(FuzzRoute route, Random random, JsonObject body)
    {
        var (bytes, what, mustBeRefused) = HostileBody.Make(body, random);
        return new FuzzCase { Route = route, Path = PathOf(route), What = what, MustBeRefused = mustBeRefused, Body = bytes, ContentType = Json };
    }
}
