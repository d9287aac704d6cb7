using System.Net;
using System.Text.Json;
using McpRegistry.AspNetCore.AccessControl;
using McpRegistry.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Routing;

/// <summary>Reads the call that is to be explained.</summary>
internal static class RouteExplainReader
{
    private const int MaxNameLength = 2_048;
    private const int MaxUriLength = 8_192;

    public static RouteExplainRequest Read(JsonElement body, DateTimeOffset now, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var subject = members.Text("subject");
        var (tenant, key, user) = (ReadId(members, "tenantId", faults), ReadId(members, "keyId", faults), ReadId(members, "userId", faults));
        if (subject is not (null or "me" or "tenant"))
        {
            faults.Add(new ValidationFault("subject", "unknown_value", "The subject is me or tenant; name others by keyId or userId."));
        }

        if ((subject is null ? 0 : 1) + (key is null ? 0 : 1) + (user is null ? 0 : 1) > 1)
        {
            faults.Add(new ValidationFault("subject", "ambiguous", "Name one of subject, keyId and userId."));
        }

        var request = new RouteExplainRequest(
            tenant, key, user, subject == "tenant" || (tenant is not null && subject is null && key is null && user is null),
            members.Text("alias", MaxNameLength),
            members.Text("method") ?? "",
            members.Text("name", MaxNameLength),
            members.Text("uri", MaxUriLength),
            members.Raw("arguments"),
            members.TextMap("headers"),
            ReadAddress(members, faults),
            members.Number("size"),
            ExplainedMoment.Read(members, faults) ?? now);
        if (request.Method.Length == 0 && !faults.Exists(static fault => fault.Path == "method"))
        {
            faults.Add(new ValidationFault("method", "required", "An MCP method is expected, for example tools/call."));
        }

        members.Finish();
        return request;
    }

    private static Guid? ReadId(JsonObjectReader members, string name, List<ValidationFault> faults)
    {
        if (members.Text(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        faults.Add(new ValidationFault(name, "wrong_type", "An id is expected."));
        return null;
    }

    private static IPAddress? ReadAddress(JsonObjectReader members, List<ValidationFault> faults)
    {
        if (members.Text("address") is not { } text)
        {
            return null;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        faults.Add(new ValidationFault("address", "address", "An address is expected, for example 10.0.0.7."));
        return null;
    }
}
