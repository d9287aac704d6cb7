using System.Net;
using System.Text.Json;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Limits;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Limits;

/// <summary>Reads whose limits are meant: exactly one of <c>key</c>, <c>user</c>, <c>tenant</c>, <c>address</c> and <c>tool</c>.</summary>
internal static class LimitSubjectReader
{
    private const int MaxToolName = 512;

    private static readonly string[] Names = ["key", "user", "tenant", "address", "tool"];

    public static LimitSubject? Read(IQueryCollection query, List<ValidationFault> faults)
    {
        var given = new List<(string Name, string Value)>();
        foreach (var (name, values) in query)
        {
            if (!Names.Contains(name, StringComparer.Ordinal))
            {
                faults.Add(new ValidationFault("query", "unknown_parameter", "The parameters are key, user, tenant, address and tool."));
            }
            else if (values.Count != 1)
            {
                faults.Add(new ValidationFault(name, "duplicate", "Give the parameter once."));
            }
            else
            {
                given.Add((name, values[0]!));
            }
        }

        return Choose(given, faults);
    }

    public static LimitSubject? Read(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var given = Names.Select(name => (Name: name, Value: members.Text(name))).Where(static pair => pair.Value is not null).Select(static pair => (pair.Name, pair.Value!)).ToList();
        members.Finish();
        return Choose(given, faults);
    }

    private static LimitSubject? Choose(List<(string Name, string Value)> given, List<ValidationFault> faults)
    {
        if (given.Count != 1)
        {
            if (faults.Count == 0)
            {
                faults.Add(new ValidationFault("", "one_of", "Give exactly one of key, user, tenant, address and tool."));
            }

            return null;
        }

        var (name, value) = given[0];
        var subject = name switch
        {
            "key" => OfId(LimitKind.Key, value),
            "user" => OfId(LimitKind.User, value),
            "tenant" => OfId(LimitKind.Tenant, value),
            "address" => IPAddress.TryParse(value, out var address) ? new LimitSubject(LimitKind.Address, Address: address) : null,
            _ => value.Length is > 0 and <= MaxToolName ? new LimitSubject(LimitKind.Tool, Tool: value) : null,
        };
        if (subject is null)
        {
            faults.Add(new ValidationFault(name, "invalid_value", name switch
            {
                "address" => "Must be an IPv4 or IPv6 address.",
                "tool" => "Must be the name of a tool on the merged endpoint, alias__tool.",
                _ => "Must be an id.",
            }));
        }

        return subject;
    }

    private static LimitSubject? OfId(LimitKind kind, string value) =>
        Guid.TryParseExact(value, "D", out var id) ? new LimitSubject(kind, id) : null;
}
