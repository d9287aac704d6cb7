namespace McpRegistry.Analytics;

/// <summary>Takes what requests leave behind.</summary>
internal interface ICallSink
{
    /// <summary>Takes a record without waiting; what does not fit is dropped and counted.</summary>
    void Write(in CallRecord record);
}
