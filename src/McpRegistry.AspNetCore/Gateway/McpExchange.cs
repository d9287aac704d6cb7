using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Analytics;
using McpRegistry.Gateway;
using McpRegistry.Protocol;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>One request to an MCP endpoint: who sent it, to which endpoint, what the client can take, and how it ended.</summary>
/// <param name="context">The HTTP side.</param>
/// <param name="alias">The server of a single-server endpoint; null on the merged one.</param>
/// <param name="caller">Who asks.</param>
/// <param name="observer">Who takes its audit event before it is answered; null for nobody.</param>
internal sealed class McpExchange(HttpContext context, string? alias, Caller caller, RequestObserver? observer = null)
{
    public HttpContext Context => context;

    public string? Alias => alias;

    public Caller Caller => caller;

    /// <summary>Gets the headers that routing rules look at, as the client sent them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RuleHeaders { get; init; } = [];

    /// <summary>Gets how many milliseconds the client waits for a call that says nothing of its own, by a header; 0 for no word.</summary>
    public int TimeoutMs { get; init; }

    /// <summary>Gets or sets a value that tells whether the client accepts an event stream.</summary>
    public bool TakesStream { get; set; }

    /// <summary>Gets or sets the MCP method; unknown for a message that could not be read.</summary>
    public McpMethod Method { get; set; }

    /// <summary>Gets or sets the id of the request when it is a number.</summary>
    public long? RequestNumber { get; set; }

    /// <summary>Gets or sets the id of the request when it is a text.</summary>
    public string? RequestId { get; set; }

    public long? RequestBytes { get; set; }

    /// <summary>Gets or sets a value that tells whether this is a batch, whose messages have exchanges, and records, of their own.</summary>
    public bool IsBatch { get; set; }

    /// <summary>Gets or sets the call, once the message was found good.</summary>
    public GatewayCall? Call { get; set; }

    /// <summary>Gets when it was received, for its duration.</summary>
    public long Started { get; init; }

    /// <summary>Gets or sets the message, whose bytes are at hand until it is answered; null while it is not read.</summary>
    public ClientMessage? Message { get; set; }

    /// <summary>Gets or sets a value that tells whether its audit event was taken, or will not be.</summary>
    public bool IsAudited { get; set; }

    /// <summary>Gets the answer; null while there is none, and for messages that get none.</summary>
    public GatewayAnswer? Answer { get; private set; }

    /// <summary>Gets or sets a value that tells whether the answer was sent to its end.</summary>
    public bool IsDelivered { get; set; }

    /// <summary>Gets or sets a value that tells whether the client withdrew the request.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Takes the answer, and has the audit event taken before it is sent.</summary>
    public void Take(GatewayAnswer answer)
    {
        Answer = answer;
        observer?.Answering(this);
    }

    /// <summary>Sends an answer that needs no stream.</summary>
    public async Task AnswerAsync(GatewayAnswer answer)
    {
        Take(answer);
        var response = Context.Response;
        response.StatusCode = StatusOf(answer);
        RetryAfter.Set(response, response.StatusCode, answer.Refusal);
        response.ContentType = "application/json";
        response.ContentLength = answer.Json.Length;
        await response.Body.WriteAsync(answer.Json, Context.RequestAborted);
        IsDelivered = true;
    }

    /// <summary>The status of a modern answer (protocol.md 2.1): some error codes have one of their own.</summary>
    public static int StatusOf(GatewayAnswer answer) => answer switch
    {
        { HttpStatus: > 0 } => answer.HttpStatus,
        { ErrorCode: ErrorCodes.MethodNotFound } => StatusCodes.Status404NotFound,
        { ErrorCode: ErrorCodes.HeaderMismatch or ErrorCodes.MissingClientCapability or ErrorCodes.UnsupportedProtocolVersion } =>
            StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };
}
