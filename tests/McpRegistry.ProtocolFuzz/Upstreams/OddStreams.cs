using System.Text;
using McpRegistry.ProtocolFuzz.Grammar;

namespace McpRegistry.ProtocolFuzz.Upstreams;

/// <summary>Event streams whose frames are odd or broken.</summary>
internal static class OddStreams
{
    public static IReadOnlyList<Act> Of(string answer, Dice dice)
    {
        var text = dice.Pick(
            $"data: {answer}\r\n\r\n",
            $"data: {answer}\r\r",
            $"data:{answer}\n\n",
            $"\ufeffdata: {answer}\n\n",
            $": comment\nid: 1\nretry: 10\nevent: message\ndata: {answer}\n\n",
            $"event: other\ndata: {answer}\n\n",
            $"data: {Lines(answer)}\n\n",
            $"data: {answer}\n",
            $"data\ndata\n\ndata: {answer}\n\n",
            $"id: {new string('7', 5_000)}\ndata: {answer}\n\n",
            $"retry: 99999999999999999999\nid\ndata: {answer}\n\n",
            $"id: a\0b\nevent: message\ndata:\n\ndata: {answer}\n\n",
            $"data: {answer}\n\ndata: {answer}\n\n",
            $"{answer}\n\n",
            "\n\n\n\n",
            $"{new string(':', 50_000)}\n\ndata: {answer}\n\n",
            "data: " + new string('x', 100_000));
        List<Act> acts = [new Act.Begin(), .. Pieces(Encoding.UTF8.GetBytes(text), dice)];
        if (dice.Chance(20))
        {
            acts.Add(new Act.Cut());
        }

        return acts;
    }

    /// <summary>A data line for each part between commas, which is good framing of the same JSON.</summary>
    private static string Lines(string answer) => answer.Replace(",\"", ",\ndata: \"", StringComparison.Ordinal);

    private static IEnumerable<Act> Pieces(byte[] bytes, Dice dice)
    {
        var parts = dice.Pick(1, 1, 2, 7);
        return bytes.Chunk((bytes.Length / parts) + 1).Select(static piece => new Act.Bytes(piece));
    }
}
