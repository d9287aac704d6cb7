using McpRegistry.AspNetCore.Http;
using McpRegistry.Credentials;

namespace McpRegistry.AspNetCore.Credentials;

/// <summary>Reads the credential of a definition in a REST body.</summary>
internal static class CredentialReader
{
    public static CredentialDefinition? Read(JsonObjectReader? members)
    {
        if (members is null)
        {
            return null;
        }

        var credential = new CredentialDefinition
        {
            Type = members.Choice<CredentialKind>("type"),
            Headers = members.TextMap("headers"),
            UserName = members.Text("userName"),
            Password = members.Text("password"),
            ClientId = members.Text("clientId"),
            ClientSecret = members.Text("clientSecret"),
            PrivateKey = members.Text("privateKey"),
            KeyId = members.Text("keyId"),
            Authentication = members.Choice<ClientAuthentication>("authentication"),
            Issuer = members.Text("issuer"),
            TokenEndpoint = members.Text("tokenEndpoint"),
            Resource = members.Text("resource"),
            Scopes = members.Texts("scopes"),
            Provider = members.Text("provider"),
            Parameters = members.TextMap("parameters"),
        };
        members.Finish();
        return credential;
    }
}
