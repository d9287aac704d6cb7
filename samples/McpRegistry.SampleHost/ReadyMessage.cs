namespace McpRegistry.SampleHost;

/// <summary>Tells on the console what to do next: calls that can be pasted into a shell as they are.</summary>
internal static class ReadyMessage
{
    public static void Print(ICollection<string> urls)
    {
        var url = urls.First();
        Console.WriteLine(
            $$$$$"""

            The gateway is ready.
              all servers    {{{{{url}}}}}/mcp
              one server     {{{{{url}}}}}/mcp/sample
              registry       {{{{{url}}}}}/api/v1/servers

            Try it (the admin key is printed at the first start only; McpRegistry:Bootstrap:AdminKey sets one of your own):

              export MCP_KEY='<the admin key>'

              curl -s {{{{{url}}}}}/api/v1/servers -H "Authorization: Bearer $MCP_KEY"

              curl -s {{{{{url}}}}}/mcp -H "Authorization: Bearer $MCP_KEY" -H 'Content-Type: application/json' -H 'Accept: application/json' \
                -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: sample__text_stats' \
                -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sample__text_stats","arguments":{"text":"one two three"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}'

              npx @modelcontextprotocol/inspector --cli {{{{{url}}}}}/mcp --transport http --method tools/list --header "Authorization: Bearer $MCP_KEY"

            Add a server of your own:

              curl -s {{{{{url}}}}}/api/v1/servers -H "Authorization: Bearer $MCP_KEY" -H 'Content-Type: application/json' \
                -d '{"name":"my server","alias":"mine","url":"http://127.0.0.1:3001/mcp"}'

            """);
    }
}
