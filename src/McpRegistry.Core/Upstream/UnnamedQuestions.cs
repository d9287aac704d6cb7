namespace McpRegistry.Upstream;

/// <summary>Decides who answers a question of a legacy server that names no call (protocol.md 5.6).</summary>
internal static class UnnamedQuestions
{
    /// <summary>Puts a question to a call that runs, or else to the client's own stream.</summary>
    /// <param name="question">The question.</param>
    /// <param name="isShared">
    /// Whether several clients use the session. Then only a call can be asked, and only if no other could have been meant, one whose
    /// client can answer nothing included: the server may not know that. An answer of the wrong client would be worse than none.
    /// </param>
    /// <param name="calls">Who made the calls that run, the oldest first.</param>
    /// <param name="listener">Who hears what belongs to no call; null when nobody does.</param>
    /// <returns>False when nobody takes it.</returns>
    public static bool TryAsk(UpstreamQuestion question, bool isShared, IEnumerable<IUpstreamObserver> calls, IUpstreamListener? listener)
    {
        if (!isShared)
        {
            return calls.Any(question.TryPut) || (listener is not null && question.TryPut(listener));
        }

        var candidates = calls.Where(static call => call.MayBeMeant).Take(2).ToArray();
        return candidates.Length == 1 && question.TryPut(candidates[0]);
    }
}
