using McpRegistry.EndToEnd.Tests.Wire;
using McpRegistry.TestSupport.Upstreams;

namespace McpRegistry.EndToEnd.Tests.Hosting;

/// <summary>Scripted upstreams that offer one of everything.</summary>
internal static class ScriptedServers
{
    public const string Tool = """{"name":"work","inputSchema":{"type":"object"}}""";

    /// <summary>Starts one with the tool <c>work</c>, a resource, a template and a prompt; a test replaces what it is about.</summary>
    public static async Task<ScriptedUpstream> StartAsync(Era era, CancellationToken cancellationToken, int port = 0)
    {
        var upstream = await ScriptedUpstream.StartAsync(era == Era.Modern ? UpstreamOptions.Modern : UpstreamOptions.Legacy, cancellationToken, port);
        return upstream
            .On("tools/list", ListAnswers.Page("tools", $"[{Tool}]"))
            .On("resources/list", ListAnswers.Page("resources", """[{"uri":"test://one","name":"one"}]"""))
            .On("resources/templates/list", ListAnswers.Page("resourceTemplates", """[{"uriTemplate":"test://many/{id}","name":"many"}]"""))
            .On("prompts/list", ListAnswers.Page("prompts", """[{"name":"ask"}]"""))
            .On("tools/call", Answers.Result(Complete(era, """{"content":[{"type":"text","text":"done"}]}""")));
    }

    /// <summary>Adds what a modern result must have to one that is written in the legacy form.</summary>
    public static string Complete(Era era, string result, bool cacheable = false) => era == Era.Modern
        ? $"{{\"resultType\":\"complete\",{(cacheable ? "\"ttlMs\":1000,\"cacheScope\":\"public\"," : "")}{result[1..]}"
        : result;
}
