using McpRegistry.Protocol;

namespace McpRegistry.Gateway;

/// <summary>What a client is told of a message that the gateway does not accept (protocol.md 2.1, step 3).</summary>
internal static class EnvelopeErrors
{
    public static GatewayError Of(EnvelopeFault fault, EnvelopeLimits limits) => fault switch
    {
        EnvelopeFault.Malformed => GatewayError.BadEnvelope(ErrorCodes.ParseError, "The body is not valid UTF-8 JSON.", "malformed_json"),
        EnvelopeFault.DuplicateMember => Invalid("An object in the message has two members of one name.", "duplicate_member"),
        EnvelopeFault.TooDeep => Invalid($"The message is nested deeper than {limits.MaxDepth} levels.", "too_deep"),
        EnvelopeFault.TooManyMembers => Invalid($"An object in the message has more than {limits.MaxMembers} members.", "too_many_members"),
        EnvelopeFault.EmptyBatch => Invalid("The batch is empty.", "empty_batch"),
        EnvelopeFault.Batch => Invalid("Send one message per request; batches belong to the sessions of 2025-03-26.", "batch"),
        EnvelopeFault.TooManyMessages => Invalid("The batch has more messages than the gateway takes at once.", "batch_too_large"),
        EnvelopeFault.DuplicateId => Invalid("Two requests of the batch have one id.", "duplicate_id"),
        EnvelopeFault.NotAnObject => Invalid("A message is a JSON object.", "not_a_message"),
        EnvelopeFault.WrongVersion => Invalid("The member jsonrpc must be \"2.0\".", "wrong_jsonrpc_version"),
        EnvelopeFault.WrongId => Invalid("The id must be a string or a 64-bit integer.", "wrong_id"),
        EnvelopeFault.WrongParams => Invalid("The params and their _meta must be objects.", "wrong_params"),
        _ => Invalid("The message is neither a request nor a notification nor a response.", "not_a_message"),
    };

    private static GatewayError Invalid(string message, string reason) => GatewayError.BadEnvelope(ErrorCodes.InvalidRequest, message, reason);
}
