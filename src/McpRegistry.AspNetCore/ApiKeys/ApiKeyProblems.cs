using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>The answers to changes of keys that did not take place.</summary>
internal static class ApiKeyProblems
{
    public const string Key = "key";

    public static Problem Of(ApiKeyWriteResult result) => result.Outcome switch
    {
        ApiKeyWriteOutcome.Invalid => Problem.Invalid(result.Faults),
        ApiKeyWriteOutcome.NotFound => Problem.NotFound(Key),
        ApiKeyWriteOutcome.Conflict => Problem.Taken(Key, result.ConflictField),
        ApiKeyWriteOutcome.Stale => Problem.Stale(Key),
        ApiKeyWriteOutcome.Revoked => new(StatusCodes.Status409Conflict, "Revoked", "revoked", "The key is revoked, which is for good; create another one."),
        ApiKeyWriteOutcome.LimitReached => new(StatusCodes.Status409Conflict, "Limit reached", "limit_reached", "The tenant has as many keys as it may have; revoke one that is not needed, or raise the limit."),
        ApiKeyWriteOutcome.InUse => InUse(result),
        ApiKeyWriteOutcome.HasSuccessor => new(
            StatusCodes.Status409Conflict, "Rotated already", "already_rotated", $"The key has been rotated, and its successor is {result.Successor}; rotate that one, or revoke it first."),
        _ => throw new InvalidOperationException($"The outcome {result.Outcome} is no failure."),
    };

    private static Problem InUse(ApiKeyWriteResult result)
    {
        var more = result.Uses > result.UsedBy.Length ? ", ..." : "";
        return new(StatusCodes.Status409Conflict, "In use", "in_use", "Access rules are about the key; without them a server might be open to everybody. Delete them first, or revoke the key to shut it out at once.")
        {
            Errors = [new ValidationFault("accessRules", "in_use", $"There are {result.Uses}: {string.Join(", ", result.UsedBy)}{more}.")],
        };
    }
}
