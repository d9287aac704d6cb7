namespace McpRegistry.ConformanceServer.Tasks;

internal static class TaskStatus
{
    public const string Working = "working";

    public const string InputRequired = "input_required";

    public const string Completed = "completed";

    public const string Failed = "failed";

    public const string Cancelled = "cancelled";
}
