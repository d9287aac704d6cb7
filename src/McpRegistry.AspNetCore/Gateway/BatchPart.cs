using System.Text;
using McpRegistry.Gateway;
using McpRegistry.Protocol;

namespace McpRegistry.AspNetCore.Gateway;

/// <summary>One message of a batch on its way.</summary>
/// <param name="exchange">Its own exchange, for its record.</param>
/// <param name="message">The message.</param>
/// <param name="session">The session of the batch.</param>
internal sealed class BatchPart(McpExchange exchange, ClientMessage message, ClientSession session)
{
    /// <summary>Gets the raw JSON of the message's id.</summary>
    public string Id { get; } = Encoding.UTF8.GetString(message.Raw(message.Id));

    public McpExchange Exchange => exchange;

    public ClientMessage Message => message;

    /// <summary>Gets or sets a value that tells whether the answer went out as an event of its own.</summary>
    public bool IsSent { get; set; }

    /// <summary>Gets a value that tells whether it still has to be run.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Gets the token that the client's cancellation of this request cancels.</summary>
    public CancellationToken Cancelled { get; private set; }

    /// <summary>Gets a value that tells whether the session had ended when it should begin.</summary>
    public bool IsTooLate { get; private set; }

    /// <summary>Takes the id into use.</summary>
    /// <returns>The refusal when another request of the session has the id, or the session has ended; null when it has begun.</returns>
    public GatewayAnswer? Begin()
    {
        if (session.Begin(Id, exchange.Context.RequestAborted) is not { } running)
        {
            return LegacyHandler.IdInUse(message);
        }

        if (session.HasEnded)
        {
            session.End(Id);
            IsTooLate = true;
            return AnswerWriter.Error(message.Raw(message.Id), LegacyHandler.UnknownSession());
        }

        Cancelled = running.Token;
        IsRunning = true;
        return null;
    }

    /// <summary>Frees the id, once: the next request that has it must not lose it.</summary>
    public void End()
    {
        if (IsRunning)
        {
            IsRunning = false;
            session.End(Id);
        }
    }
}
