using System.Text.Json.Nodes;

namespace McpRegistry.RestFuzz;

/// <summary>A place of a value in a body.</summary>
/// <param name="Parent">The object or array.</param>
/// <param name="Name">The name of the member; null in an array.</param>
/// <param name="Index">The place in an array.</param>
internal sealed record JsonSlot(JsonNode Parent, string? Name, int Index)
{
    public JsonNode? Value
    {
        get => Name is null ? Parent[Index] : Parent[Name];
        set
        {
            if (Name is null)
            {
                Parent[Index] = value;
            }
            else
            {
                Parent[Name] = value;
            }
        }
    }
}
