namespace McpRegistry.Protocol;

/// <summary>Why bytes are not a message that the gateway accepts.</summary>
internal enum EnvelopeFault
{
    None,
    Malformed,
    DuplicateMember,
    TooDeep,
    TooManyMembers,
    Batch,
    EmptyBatch,
    TooManyMessages,
    DuplicateId,
    NotAnObject,
    WrongVersion,
    WrongId,
    WrongParams,
    NotAMessage,
}
