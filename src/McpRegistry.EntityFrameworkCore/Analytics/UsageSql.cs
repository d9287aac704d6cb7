using McpRegistry.Analytics;

namespace McpRegistry.EntityFrameworkCore.Analytics;

/// <summary>
/// The statements that add to counters. Everything is computed from the row as it is when its lock is held, so that any number
/// of replicas can add at once; the text is the same for both databases.
/// </summary>
internal static class UsageSql
{
    /// <summary>How many calls of a server its mean time and success rate look back.</summary>
    private const string Remembered = "(CASE WHEN request_count < 1000 THEN request_count ELSE 1000 END)";

    private const string Mean = $"(COALESCE(avg_response_time, 0.0) * {Remembered} + @ms) / ({Remembered} + @calls)";

    private const string Server =
        $"""
        UPDATE mcp_servers SET
            avg_response_time = CASE WHEN @calls = 0 THEN avg_response_time ELSE {Mean} END,
            response_order = CASE WHEN @calls = 0 THEN response_order ELSE {Mean} END,
            success_rate = CASE WHEN @calls = 0 THEN success_rate
                ELSE (COALESCE(success_rate, 0.0) * {Remembered} + @calls - @errors) / ({Remembered} + @calls) END,
            active_connections = CASE WHEN COALESCE(active_connections, 0) + @connections < 0 THEN 0
                ELSE COALESCE(active_connections, 0) + @connections END,
            request_count = request_count + @calls,
            error_count = error_count + @errors,
            last_used_at = CASE WHEN last_used_at IS NULL OR last_used_at < @used THEN @used ELSE last_used_at END
        WHERE tenant_id = @tenant AND id = @id
        """;

    private const string Key =
        """
        UPDATE api_keys SET
            total_requests = total_requests + @calls,
            total_errors = total_errors + @errors,
            last_used = CASE WHEN last_used IS NULL OR last_used < @used THEN @used ELSE last_used END,
            last_success = CASE WHEN last_success IS NULL OR last_success < @success THEN @success ELSE last_success END,
            last_error = CASE WHEN last_error IS NULL OR last_error < @error THEN @error ELSE last_error END
        WHERE tenant_id = @tenant AND id = @id
        """;

    private const string Item =
        """
         SET
            avg_execution_time = CASE WHEN @calls = 0 THEN avg_execution_time
                ELSE (COALESCE(avg_execution_time, 0.0) * total_calls + @ms) / (total_calls + @calls) END,
            total_calls = total_calls + @calls,
            success_count = success_count + @calls - @errors,
            error_count = error_count + @errors,
            last_used_at = CASE WHEN last_used_at IS NULL OR last_used_at < @used THEN @used ELSE last_used_at END
        WHERE tenant_id = @tenant AND server_id = @id AND key_hash = @hash
        """;

    public static string For(UsageSubject subject) => subject switch
    {
        UsageSubject.Server => Server,
        UsageSubject.ApiKey => Key,
        UsageSubject.Tool => "UPDATE server_tools" + Item,
        UsageSubject.Resource => "UPDATE server_resources" + Item,
        UsageSubject.ResourceTemplate => "UPDATE server_resource_templates" + Item,
        UsageSubject.Prompt => "UPDATE server_prompts" + Item,
        _ => throw new ArgumentOutOfRangeException(nameof(subject), subject, "No such subject."),
    };
}
