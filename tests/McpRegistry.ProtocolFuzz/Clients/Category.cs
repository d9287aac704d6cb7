namespace McpRegistry.ProtocolFuzz.Clients;

/// <summary>What a case is about.</summary>
internal enum Category
{
    /// <summary>Proper messages to proper servers, which must be served.</summary>
    Proper,

    /// <summary>Proper messages to servers that answer oddly.</summary>
    OddServer,

    /// <summary>Messages that are wrong in their structure.</summary>
    Structure,

    /// <summary>Messages that are wrong in their bytes.</summary>
    Bytes,

    /// <summary>Headers and verbs.</summary>
    Http,

    /// <summary>Ways to deliver, and clients that leave.</summary>
    Delivery,

    Batch,

    /// <summary>Sessions that end, are cut, or are another's, while things run in them.</summary>
    Session,

    /// <summary>Streams for what changes.</summary>
    Watch,

    /// <summary>Questions of servers, with real, forged and repeated states.</summary>
    Question,

    /// <summary>Tasks, with real and forged ids.</summary>
    Task,

    /// <summary>A server that is added, goes wrong from its first word on, and is removed.</summary>
    NewServer,
}
