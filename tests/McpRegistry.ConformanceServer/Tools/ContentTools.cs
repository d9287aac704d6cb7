using System.Text.Json;
using McpRegistry.ConformanceServer.Resources;

namespace McpRegistry.ConformanceServer.Tools;

/// <summary>Tools whose answer is always the same: each kind of content, an error, and two schemas that must not be altered.</summary>
internal static class ContentTools
{
    private const string Json2020Schema =
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "$defs": {
            "address": { "$anchor": "addressDef", "type": "object", "properties": { "street": { "type": "string" }, "city": { "type": "string" } } }
          },
          "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
          },
          "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
          "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
          "then": { "required": ["phone"] },
          "else": { "required": ["email"] },
          "additionalProperties": false
        }
        """;

    private const string HeaderSchema =
        """{"type":"object","properties":{"region":{"type":"string","description":"Travels in a header as well","x-mcp-header":"Region"}}}""";

    public static IEnumerable<FixtureTool> All =>
    [
        Fixed("test_simple_text", "Answers with a text.", """{"content":[{"type":"text","text":"This is a simple text response for testing."}]}"""),
        Fixed("test_image_content", "Answers with an image.", $$"""{"content":[{"type":"image","data":"{{Samples.Png}}","mimeType":"image/png"}]}"""),
        Fixed("test_audio_content", "Answers with a sound.", $$"""{"content":[{"type":"audio","data":"{{Samples.Wav}}","mimeType":"audio/wav"}]}"""),
        Fixed(
            "test_embedded_resource",
            "Answers with a resource.",
            """
            {"content":[{"type":"resource","resource":{
              "uri":"test://embedded-resource","mimeType":"text/plain","text":"This is an embedded resource content."}}]}
            """),
        Fixed(
            "test_multiple_content_types",
            "Answers with a text, an image and a resource.",
            $$$"""
            {"content":[
              {"type":"text","text":"Multiple content types test:"},
              {"type":"image","data":"{{{Samples.Png}}}","mimeType":"image/png"},
              {"type":"resource","resource":{
                "uri":"test://mixed-content-resource","mimeType":"application/json","text":"{\"test\":\"data\",\"value\":123}"}}]}
            """),
        Fixed(
            "test_error_handling",
            "Always fails.",
            """{"content":[{"type":"text","text":"This tool intentionally returns an error for testing"}],"isError":true}"""),
        new("json_schema_2020_12_tool", "Has a schema of many keywords.", static (call, _) => Task.FromResult(ToolResults.Text($"Contact for {call.Text("name")}.")))
        {
            InputSchema = JsonElement.Parse(Json2020Schema),
        },
        new("test_custom_header", "Has an argument that travels in a header as well.", static (call, _) => Task.FromResult(ToolResults.Text($"Region: {call.Text("region")}")))
        {
            InputSchema = JsonElement.Parse(HeaderSchema),
        },
    ];

    private static FixtureTool Fixed(string name, string description, string result) =>
        new(name, description, (_, _) => Task.FromResult(ToolResults.Parse(result)));
}
