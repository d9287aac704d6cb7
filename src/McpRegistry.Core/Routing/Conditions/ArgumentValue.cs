using System.Text.Json;

namespace McpRegistry.Routing.Conditions;

/// <summary>What was found at a place of an <see cref="ArgumentTree"/>.</summary>
/// <param name="Kind">Its kind; undefined for what no test passes, such as objects.</param>
/// <param name="Start">Where the text of it begins among all texts; of what is open, the number of items before it.</param>
/// <param name="Length">The characters of the text.</param>
/// <param name="Number">The number.</param>
internal readonly record struct ArgumentValue(JsonValueKind Kind, int Start = 0, int Length = 0, double Number = 0);
