using System.Buffers;
using System.Security.Cryptography;

namespace McpRegistry.ApiKeys;

/// <summary>
/// The form <c>mcpk_&lt;env&gt;_&lt;id&gt;_&lt;secret&gt;_&lt;checksum&gt;</c>: the prefix lets scanners find leaked keys, the id finds the
/// row, the checksum tells a typo without asking the store.
/// </summary>
internal static class ApiKeyFormat
{
    public const int MaxLength = 512;
    public const int IdLength = 16;

    private const string Prefix = "mcpk_";
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 43; // 62^43 > 2^256
    private const int ChecksumLength = 6; // 62^6 > 2^32
    private const int MaxEnvironmentLength = 10;
    private const int FixedLength = 5 + 1 + IdLength + 1 + SecretLength + 1 + ChecksumLength;

    private static readonly SearchValues<char> Base62 = SearchValues.Create(Digits);
    private static readonly SearchValues<char> EnvironmentDigits = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    // Not ContainsAnyExceptInRange, which allocates until the JIT has optimised it.
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(static c => (char)c)]);

    public static bool IsEnvironment(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxEnvironmentLength && !text.ContainsAnyExcept(EnvironmentDigits);

    /// <summary>Makes a new key. The result is the secret itself: show it once and forget it.</summary>
    public static string Generate(string environment) => Seal(
        $"{Prefix}{environment}_{RandomNumberGenerator.GetString(Digits, IdLength)}_{RandomNumberGenerator.GetString(Digits, SecretLength)}");

    /// <summary>Adds the checksum to everything before it.</summary>
    public static string Seal(string body) => string.Create(body.Length + 1 + ChecksumLength, body, static (span, text) =>
    {
        text.CopyTo(span);
        span[text.Length] = '_';
        WriteChecksum(span[..(text.Length + 1)], span[(text.Length + 1)..]);
    });

    /// <summary>Tells the form of a presented text without allocating.</summary>
    public static ApiKeyForm Read(ReadOnlySpan<char> text)
    {
        if (text.Length is < BootstrapOptions.MinAdminKeyLength or > MaxLength || text.ContainsAnyExcept(Visible))
        {
            return ApiKeyForm.Malformed;
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return ApiKeyForm.Supplied;
        }

        return IsIssued(text) ? ApiKeyForm.Issued : ApiKeyForm.Malformed;
    }

    /// <summary>Takes the look-up id out of a text of the form <see cref="ApiKeyForm.Issued"/>.</summary>
    public static ReadOnlySpan<char> GetId(ReadOnlySpan<char> issued) =>
        issued.Slice(issued.Length - ChecksumLength - 1 - SecretLength - 1 - IdLength, IdLength);

    private static bool IsIssued(ReadOnlySpan<char> text)
    {
        var environmentLength = text.Length - FixedLength;
        if (environmentLength is < 1 or > MaxEnvironmentLength || !IsEnvironment(text.Slice(Prefix.Length, environmentLength)))
        {
            return false;
        }

        var rest = text[(Prefix.Length + environmentLength)..];
        var secret = rest.Slice(IdLength + 2, SecretLength);
        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(text[..^ChecksumLength], checksum);
        return rest[0] == '_' && rest[IdLength + 1] == '_' && rest[^(ChecksumLength + 1)] == '_'
            && !GetId(text).ContainsAnyExcept(Base62)
            && !secret.ContainsAnyExcept(Base62)
            && checksum.SequenceEqual(text[^ChecksumLength..]);
    }

    /// <summary>The sum covers everything before it, its separator excluded.</summary>
    private static void WriteChecksum(ReadOnlySpan<char> bodyWithSeparator, Span<char> destination)
    {
        var crc = Crc32.Compute(bodyWithSeparator[..^1]);
        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            destination[i] = Digits[(int)(crc % (uint)Digits.Length)];
            crc /= (uint)Digits.Length;
        }
    }
}
