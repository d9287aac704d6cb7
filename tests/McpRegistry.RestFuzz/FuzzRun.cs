using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;

namespace McpRegistry.RestFuzz;

/// <summary>Sends hostile requests and says what is wrong with the answers, the logs and the state afterwards.</summary>
internal sealed class FuzzRun(FuzzHost host, int seed)
{
    private const int MostShown = 20;

    /// <summary>What tells of the inside of a host.</summary>
    private static readonly string[] Leaks =
        [" at McpRegistry.", " at System.", " at Microsoft.", ".cs:line", "Npgsql", "SQLite", "EntityFramework", "BytePositionInLine", "SqlState", "mcp-registry-", "/src/"];

    private readonly List<string> _faults = [];
    private readonly SortedDictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private int _routes;
    private int _cases;

    public async Task RunAsync(int first, int count)
    {
        var routes = host.FindRoutes();
        _routes = routes.Count;
        _faults.AddRange(routes.Where(static route => !FuzzBodies.IsKnown(route)).Select(static route => $"{route} has no body in FuzzBodies; add one, or say that it takes none"));
        var cases = new FuzzCases(host, routes, seed);
        var state = new HostState(host, [.. routes.Where(static route => route.IsList && route.Kind is not ("audit" or "limits"))]);
        var before = await state.ReadAsync();
        for (var number = first; number < first + count; number++)
        {
            var (hostile, caller) = (cases.Make(number), cases.CallerOf(number));
            if (hostile.Path.Contains(FuzzCase.Fresh, StringComparison.Ordinal))
            {
                hostile = hostile.At(await host.AddFreshAsync(hostile.Route.Kind, number) ?? Guid.Empty.ToString());
                before = await state.ReadAsync();
            }

            var status = await SendAsync(hostile, caller, number);
            if (hostile.Route.IsRead)
            {
                continue;
            }

            var after = await state.ReadAsync();
            foreach (var (reach, text) in after)
            {
                if ((hostile.MustBeRefused || caller.Reach < reach) && text != before[reach])
                {
                    Add(hostile, number, $"by {caller.Name} changed what is there, with {(int)status}: {Difference(before[reach], text)}");
                }
            }

            before = after;
        }
    }

    private static string Difference(string before, string after)
    {
        var start = Math.Max(0, before.AsSpan().CommonPrefixLength(after) - 60);
        return $"…{Part(before, start)}… became …{Part(after, start)}…";

        static string Part(string text, int start) => text[Math.Min(start, text.Length)..Math.Min(start + 160, text.Length)];
    }

    /// <summary>Prints what was done and what was wrong.</summary>
    /// <returns>How many faults there are.</returns>
    public int Print(string store)
    {
        Console.WriteLine($"{store}: {_cases} requests to {_routes} routes, answers {string.Join(", ", _statuses.Select(static pair => $"{pair.Key}: {pair.Value}"))}");
        foreach (var fault in _faults.Take(MostShown))
        {
            Console.WriteLine($"{store}: {fault}");
        }

        return _faults.Count;
    }

    private async Task<HttpStatusCode> SendAsync(FuzzCase hostile, FuzzCaller caller, int number)
    {
        // As it is: half of what is odd about a path is mended by who parses it.
        var url = new Uri(host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + hostile.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(hostile.Route.Method), url);
        if (hostile.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            if (hostile.ContentType is { } type)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        foreach (var (name, value) in hostile.Headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true;
        }

        try
        {
            using var response = await caller.Http.SendAsync(request);
            Check(hostile, caller, number, response, await response.Content.ReadAsStringAsync());
            return response.StatusCode;
        }
        catch (HttpRequestException exception) when (IsUnsent(exception))
        {
            // The client itself refuses to send such bytes.
            Count("unsent");
            return HttpStatusCode.BadRequest;
        }
    }

    private static bool IsUnsent(HttpRequestException exception) => exception.HttpRequestError == HttpRequestError.Unknown && exception.InnerException is null;

    private void Check(FuzzCase hostile, FuzzCaller caller, int number, HttpResponseMessage response, string text)
    {
        Count(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        var answer = $"{response.Headers}\n{text}";
        if ((int)response.StatusCode >= 500)
        {
            Add(hostile, number, $"was answered {(int)response.StatusCode}: {text}");
        }
        else if ((hostile.MustBeRefused || caller.Reach == FuzzReach.Unknown) && (int)response.StatusCode < 400)
        {
            Add(hostile, number, $"was taken with {(int)response.StatusCode}: {text}");
        }

        if (response.Headers.Contains("X-Injected") || response.Headers.Contains("Set-Cookie"))
        {
            Add(hostile, number, "wrote a header of its own");
        }

        foreach (var leak in Leaks.Concat(host.Secrets).Where(leak => answer.Contains(leak, StringComparison.OrdinalIgnoreCase)))
        {
            Add(hostile, number, $"was answered with '{leak}': {text}");
        }

        foreach (var (level, line) in host.Log.Take())
        {
            if (level >= LogLevel.Error || host.Secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)))
            {
                Add(hostile, number, $"had logged: {line}");
            }
        }
    }

    private void Count(string status)
    {
        _cases++;
        _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
    }

    private void Add(FuzzCase hostile, int number, string what)
    {
        var shown = what.Length > 600 ? what[..600] + "..." : what;
        var path = hostile.Path.Length > 100 ? hostile.Path[..100] + "..." : hostile.Path;
        _faults.Add($"case {number}, {hostile.What} at {hostile.Route.Method} {path} {shown}");
    }
}
