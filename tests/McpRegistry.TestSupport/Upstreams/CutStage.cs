namespace McpRegistry.TestSupport.Upstreams;

/// <summary>Where an answer breaks off.</summary>
public enum CutStage
{
    /// <summary>The connection is reset before a byte of the answer.</summary>
    BeforeHeaders,

    /// <summary>Headers of a JSON answer, then reset.</summary>
    AfterHeaders,

    /// <summary>Half of a JSON answer, then reset.</summary>
    InsideBody,

    /// <summary>A notification on an event stream, then reset.</summary>
    AfterNotification,

    /// <summary>Half of the event that carries the answer, then reset.</summary>
    InsideEvent,

    /// <summary>The event stream ends in good order, but without an answer.</summary>
    WithoutAnswer,
}
