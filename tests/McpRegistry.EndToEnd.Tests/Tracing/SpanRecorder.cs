using System.Collections.Concurrent;
using System.Diagnostics;

namespace McpRegistry.EndToEnd.Tests.Tracing;

/// <summary>Listens to the spans of one trace; the tests beside this one see none.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "McpRegistry" or "Microsoft.AspNetCore",
            Sample = (ref options) => options.Parent.TraceId == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == Trace)
                {
                    _ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId Trace { get; } = ActivityTraceId.CreateRandom();

    /// <summary>Gets the span of the client that is the parent.</summary>
    public ActivitySpanId Parent { get; } = ActivitySpanId.CreateRandom();

    public string TraceParent => $"00-{Trace}-{Parent}-01";

    public Activity Server => Find(ActivityKind.Server);

    public Activity Client => Find(ActivityKind.Client);

    public bool IsEmpty => _ended.All(activity => activity.Source.Name != "McpRegistry");

    public void Dispose() => _listener.Dispose();

    private Activity Find(ActivityKind kind) => _ended.Single(activity => activity.Source.Name == "McpRegistry" && activity.Kind == kind);
}
