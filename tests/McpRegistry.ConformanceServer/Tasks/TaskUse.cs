namespace McpRegistry.ConformanceServer.Tasks;

/// <summary>Whether a call becomes a task for clients that declare the extension.</summary>
internal enum TaskUse
{
    /// <summary>Never.</summary>
    None,

    /// <summary>Yes; other clients wait for the answer.</summary>
    Optional,

    /// <summary>Yes; other clients are refused.</summary>
    Required,

    /// <summary>Once its questions are answered; other clients are refused then.</summary>
    AfterAnswers,
}
