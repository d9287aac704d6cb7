using System.Text.Json;

namespace McpRegistry.TestSupport.Processes;

/// <summary>Runs one of the foreign clients of tests/clients against a URL.</summary>
public static class NodeClient
{
    /// <summary>The TypeScript client that prefers 2026-07-28.</summary>
    public const string Auto = "client-auto.mjs";

    /// <summary>The TypeScript SDK of the session revisions.</summary>
    public const string Legacy = "client-legacy.mjs";

    /// <summary>Runs a client to its end and returns the document it printed. A failing client fails with its error.</summary>
    public static async Task<JsonElement> RunAsync(string script, Uri url, string? key, CancellationToken cancellationToken, params string[] options)
    {
        await using var client = ChildProcess.Start("node", [NodePackages.Script(script), url.ToString(), key ?? "-", .. options]);
        var code = await client.WaitForExitAsync(cancellationToken);
        return code == 0
            ? JsonElement.Parse(client.StandardOutput)
            : throw new InvalidOperationException($"{script} ended with {code}: {client.StandardError}");
    }
}
