using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.Credentials.OAuth;

/// <summary>Signs with a private key in PEM form, by the algorithm that goes with it (RFC 7518).</summary>
internal static class SigningKey
{
    private const int LeastRsaBits = 2_048;
    private const int MostRsaBits = 8_192;

    public static bool IsUsable(string pem)
    {
        try
        {
            _ = Use(pem, static _ => true, static _ => true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Makes a signed JWT.</summary>
    /// <param name="pem">The key.</param>
    /// <param name="header">Makes the header for an algorithm.</param>
    /// <param name="claims">The claims, as JSON.</param>
    /// <exception cref="CryptographicException">The key cannot be used.</exception>
    public static string Sign(string pem, Func<string, byte[]> header, byte[] claims) => Use(
        pem,
        key => Join(key, header, claims),
        key => Join(key, header, claims));

    private static string Join(ECDsa key, Func<string, byte[]> header, byte[] claims)
    {
        var (algorithm, hash) = key.KeySize switch
        {
            256 => ("ES256", HashAlgorithmName.SHA256),
            384 => ("ES384", HashAlgorithmName.SHA384),
            _ => ("ES512", HashAlgorithmName.SHA512),
        };
        var body = Body(header(algorithm), claims);
        return $"{body}.{Encode(key.SignData(Encoding.ASCII.GetBytes(body), hash))}";
    }

    private static string Join(RSA key, Func<string, byte[]> header, byte[] claims)
    {
        var body = Body(header("RS256"), claims);
        return $"{body}.{Encode(key.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Body(byte[] header, byte[] claims) => $"{Encode(header)}.{Encode(claims)}";

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static T Use<T>(string pem, Func<ECDsa, T> useCurve, Func<RSA, T> useRsa)
    {
        if (TryImport(ECDsa.Create, pem) is { } curve)
        {
            using (curve)
            {
                return curve.KeySize is 256 or 384 or 521 ? useCurve(curve) : throw new CryptographicException("The curve is none of JWTs.");
            }
        }

        using var rsa = TryImport(RSA.Create, pem) ?? throw new CryptographicException("The text is no private key.");
        return rsa.KeySize is >= LeastRsaBits and <= MostRsaBits ? useRsa(rsa) : throw new CryptographicException("The key is too short or too long.");
    }

    /// <summary>Reads a private key of one kind; null when it is of another, or none.</summary>
    private static T? TryImport<T>(Func<T> create, string pem)
        where T : AsymmetricAlgorithm
    {
        var key = create();
        try
        {
            key.ImportFromPem(pem);

            // A public key can be read, too, and would only fail when it is to sign.
            _ = key.ExportPkcs8PrivateKey();
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
