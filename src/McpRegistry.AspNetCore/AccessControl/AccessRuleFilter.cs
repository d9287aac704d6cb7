using McpRegistry.AccessControl;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.AccessControl;

/// <summary>Which rules are listed: those about a server, or those about a subject.</summary>
/// <param name="ServerId">The server; null for a subject.</param>
/// <param name="Subject">The subject; null for a server.</param>
internal readonly record struct AccessRuleFilter(Guid? ServerId, AccessSubject? Subject)
{
    public static AccessRuleFilter Read(IQueryCollection query, List<ValidationFault> faults)
    {
        var (server, kind, id) = (query["serverId"], query["subjectKind"], query["subjectId"]);
        if (server.Count == 1 && kind.Count + id.Count == 0)
        {
            return new AccessRuleFilter(ReadId(server[0], "serverId", faults), null);
        }

        if (server.Count == 0 && kind.Count == 1 && id.Count == 1)
        {
            if (!WireNames<AccessSubjectKind>.TryParse(kind[0] ?? "", out var known) || known == AccessSubjectKind.None)
            {
                faults.Add(new ValidationFault("subjectKind", "unknown_value", "One of these is expected: user, tenant, api_key."));
            }

            return new AccessRuleFilter(null, new AccessSubject(known, ReadId(id[0], "subjectId", faults)));
        }

        faults.Add(new ValidationFault("serverId", "required", "Name either serverId, or subjectKind and subjectId, each once."));
        return default;
    }

    private static Guid ReadId(string? text, string path, List<ValidationFault> faults)
    {
        if (!Guid.TryParseExact(text, "D", out var id))
        {
            faults.Add(new ValidationFault(path, "wrong_type", "An id is expected."));
        }

        return id;
    }
}
