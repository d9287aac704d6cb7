using System.Security.Cryptography;
using System.Text;

namespace McpRegistry.EntityFrameworkCore.Storage;

/// <summary>Stands for a text in an index where the text itself may be longer than an index takes.</summary>
internal static class TextHash
{
    public static byte[] Of(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(StoredText.Encode(text)));
}
