using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace McpRegistry.AspNetCore.Tests.Principals;

/// <summary>Signs and checks JSON Web Tokens (ES256), as an identity provider and a resource server do.</summary>
internal sealed class TokenIssuer(string name = "https://idp.example") : IDisposable
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT"}"""u8);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Name => name;

    public string Issue(string subject, params (string Name, object Value)[] claims)
    {
        var payload = claims.ToDictionary(static claim => claim.Name, static claim => claim.Value, StringComparer.Ordinal);
        payload["iss"] = name;
        payload["sub"] = subject;
        var body = $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{body}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Gets the claims of a token that this issuer signed; null for any other text.</summary>
    public JsonElement? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[0] != Header || !Base64Url.IsValid(parts[1]) || !Base64Url.IsValid(parts[2]))
        {
            return null;
        }

        var isSigned = _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256);
        return isSigned ? JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])) : null;
    }

    public void Dispose() => _key.Dispose();
}
