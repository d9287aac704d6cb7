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
    public static Task<JsonElement> RunAsync(string script, Uri url, string? key, CancellationToken cancellationToken, params string[] options) =>
        RunScriptAsync(NodePackages.Script(script), [url.ToString(), key ?? "-", .. options], cancellationToken);

    /// <summary>
    /// Runs the command line of the MCP inspector, for example with <c>--tool-name echo --tool-arg message=hi</c> for the method
    /// <c>tools/call</c>, and returns the result it printed.
    /// </summary>
    public static Task<JsonElement> InspectAsync(Uri url, string? key, string method, CancellationToken cancellationToken, params string[] options)
    {
        string[] authorization = key is null ? [] : ["--header", $"Authorization: Bearer {key}"];
        var script = NodePackages.File("@modelcontextprotocol/inspector/clients/launcher/build/index.js");
        return RunScriptAsync(script, ["--cli", url.ToString(), "--transport", "http", "--method", method, .. authorization, .. options], cancellationToken);
    }

    private static async Task<JsonElement> RunScriptAsync(string script, string[] arguments, CancellationToken cancellationToken)
    {
        await using var client = ChildProcess.Start("node", [script, .. arguments]);
        var code = await client.WaitForExitAsync(cancellationToken);
        return code == 0
            ? JsonElement.Parse(client.StandardOutput)
            : throw new InvalidOperationException($"{Path.GetFileName(script)} ended with {code}: {client.StandardError}");
    }
}
