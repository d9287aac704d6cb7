using System.Text;

namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Ready handlers. Results are raw JSON and leave byte for byte.</summary>
public static class Answers
{
    public static UpstreamHandler Result(string result) => exchange => exchange.ResultAsync(result);

    /// <summary>The same as an event stream of one event.</summary>
    public static UpstreamHandler StreamedResult(string result) => async exchange =>
    {
        await exchange.BeginStreamAsync();
        await exchange.ResultAsync(result);
    };

    public static UpstreamHandler Error(int code, string message, string? data = null, int status = 200) =>
        exchange => exchange.ErrorAsync(code, message, data, status);

    public static UpstreamHandler Status(int status, string contentType = "text/plain", string body = "") =>
        exchange => exchange.StatusAsync(status, contentType, body);

    /// <summary>Never answers; ends when the client gives up or the upstream stops.</summary>
    public static UpstreamHandler Never { get; } = exchange => Task.Delay(Timeout.Infinite, exchange.Ended);

    /// <summary>Sends the headers of an event stream and then nothing.</summary>
    public static UpstreamHandler NeverAfterHeaders { get; } = async exchange =>
    {
        await exchange.BeginStreamAsync();
        await Never(exchange);
    };

    public static UpstreamHandler After(Gate gate, UpstreamHandler next) => async exchange =>
    {
        await gate.PassAsync(exchange.Ended);
        await next(exchange);
    };

    /// <summary>Reports progress this many times, then answers.</summary>
    public static UpstreamHandler WithProgress(int steps, string result) => async exchange =>
    {
        for (var step = 1; step <= steps; step++)
        {
            await exchange.ProgressAsync(step, steps);
        }

        await exchange.ResultAsync(result);
    };

    /// <summary>The first call gets the first handler and so on; the last one answers all further calls.</summary>
    public static UpstreamHandler InOrder(params UpstreamHandler[] handlers)
    {
        var calls = -1;
        return exchange => handlers[Math.Min(Interlocked.Increment(ref calls), handlers.Length - 1)](exchange);
    }

    /// <summary>Breaks the answer off at the given stage.</summary>
    public static UpstreamHandler Cut(CutStage stage, string result) => async exchange =>
    {
        var message = Json.Result(exchange.Request.Id, result);
        switch (stage)
        {
            case CutStage.AfterHeaders:
            case CutStage.InsideBody:
                var body = Encoding.UTF8.GetBytes(message);
                exchange.Response.ContentType = "application/json";
                exchange.Response.ContentLength = body.Length;
                await exchange.WriteAsync(stage == CutStage.InsideBody ? body.AsMemory(0, body.Length / 2) : default);
                break;
            case CutStage.AfterNotification:
                await exchange.LogAsync("info", "\"before the cut\"");
                break;
            case CutStage.InsideEvent:
                await exchange.BeginStreamAsync();
                var item = Json.Event(message);
                await exchange.WriteAsync(item.AsMemory(0, item.Length / 2));
                break;
            case CutStage.WithoutAnswer:
                await exchange.BeginStreamAsync();
                return;
        }

        exchange.CloseConnection();
    };
}
