using System.Text.Json;
using McpRegistry.AspNetCore.Credentials;
using McpRegistry.AspNetCore.Http;
using McpRegistry.Servers;

namespace McpRegistry.AspNetCore.Servers;

/// <summary>Reads a definition from a REST body.</summary>
internal static class DefinitionReader
{
    public static ServerDefinition Read(JsonElement body, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(body, "", faults);
        var definition = new ServerDefinition
        {
            Name = members.Text("name"),
            Alias = members.Text("alias"),
            Description = members.Text("description"),
            Tags = members.Texts("tags"),
            Isolation = members.Choice<SessionIsolation>("isolation") ?? SessionIsolation.PerSession,
            Enabled = members.Flag("enabled") ?? true,
            Endpoints = [.. members.Items("endpoints").Select(item => ReadEndpoint(item.Element, item.Path, faults))],
            Transport = members.Choice<TransportKind>("transport"),
            Url = members.Text("url"),
            Command = members.Text("command"),
            Arguments = members.Texts("arguments"),
            Environment = members.TextMap("environment"),
            WorkingDirectory = members.Text("workingDirectory"),
            Credential = CredentialReader.Read(members.Object("credential")),
        };
        members.Finish();
        return definition;
    }

    private static EndpointDefinition ReadEndpoint(JsonElement element, string path, List<ValidationFault> faults)
    {
        var members = new JsonObjectReader(element, path, faults);
        var endpoint = new EndpointDefinition
        {
            Transport = members.Choice<TransportKind>("transport"),
            Url = members.Text("url"),
            Command = members.Text("command"),
            Arguments = members.Texts("arguments"),
            Environment = members.TextMap("environment"),
            WorkingDirectory = members.Text("workingDirectory"),
            Weight = members.Number("weight") ?? 1,
            Zone = members.Text("zone"),
            Era = members.Choice<ProtocolEra>("era"),
        };
        members.Finish();
        return endpoint;
    }
}
