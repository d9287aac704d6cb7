namespace McpRegistry.Servers.Validation;

internal sealed class NameRule : IServerRule
{
    private const int MaxLength = 200;

    public void Check(ServerCandidate candidate)
    {
        var name = candidate.Definition.Name;
        if (string.IsNullOrWhiteSpace(name))
        {
            candidate.Add("name", "required", "A server needs a name.");
            return;
        }

        if (name.Length > MaxLength)
        {
            candidate.Add("name", "too_long", $"A name has at most {MaxLength} characters; this one has {name.Length}.");
        }

        if (!PlainText.IsOneLine(name))
        {
            candidate.Add("name", "control_characters", "A name has no control characters.");
        }

        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            candidate.Add("name", "outer_space", "A name neither begins nor ends with white space.");
        }
    }
}
