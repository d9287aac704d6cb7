using System.Text.Json;
using McpRegistry.AccessControl;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Reads the body of <c>access/explain</c>.</summary>
internal static class ExplainReader
{
    private const int MaxNameLength = 2_048;

    public static ExplainRequest Read(JsonElement body, DateTimeOffset now, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var request = new ExplainRequest(
            ReadSubject(members, faults),
            ReadRequired(members, "server", "Name a server by its alias or id.", faults),
            ReadRequired(members, "method", "Name an MCP method, for example tools/call.", faults),
            members.Text("tool", MaxNameLength),
            ExplainedMoment.Read(members, faults) ?? now);
        members.Finish();
        if (request.Method.Length > 0 && !GovernedMethods.Names.Contains(request.Method, StringComparer.Ordinal))
        {
            faults.Add(new ValidationFault("method", "unknown_value", $"One of these is expected: {string.Join(", ", GovernedMethods.Names)}."));
        }

        return request;
    }

    /// <summary><c>me</c>, the default, or one of <c>keyId</c> and <c>userId</c>.</summary>
    private static AccessSubject? ReadSubject(JsonObjectReader members, List<ValidationFault> faults)
    {
        var (me, key, user) = (members.Text("subject"), members.Text("keyId"), members.Text("userId"));
        if (me is not (null or "me"))
        {
            faults.Add(new ValidationFault("subject", "unknown_value", "The subject is me; name others by keyId or userId."));
        }

        if ((me is null ? 0 : 1) + (key is null ? 0 : 1) + (user is null ? 0 : 1) > 1)
        {
            faults.Add(new ValidationFault("subject", "ambiguous", "Name one of subject, keyId and userId."));
        }

        return key is not null ? Of(AccessSubjectKind.ApiKey, key, "keyId", faults) : user is not null ? Of(AccessSubjectKind.User, user, "userId", faults) : null;
    }

    private static AccessSubject Of(AccessSubjectKind kind, string text, string path, List<ValidationFault> faults)
    {
        if (!Guid.TryParseExact(text, "D", out var id))
        {
            faults.Add(new ValidationFault(path, "wrong_type", "An id is expected."));
        }

        return new AccessSubject(kind, id);
    }

    private static string ReadRequired(JsonObjectReader members, string name, string message, List<ValidationFault> faults)
    {
        var before = faults.Count;
        var text = members.Text(name);
        if (string.IsNullOrEmpty(text) && faults.Count == before)
        {
            faults.Add(new ValidationFault(name, "required", message));
        }

        return text ?? "";
    }
}
