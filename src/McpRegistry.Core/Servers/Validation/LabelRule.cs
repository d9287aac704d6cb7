namespace McpRegistry.Servers.Validation;

/// <summary>Description and tags.</summary>
internal sealed class LabelRule : IServerRule
{
    public const int MaxLabelLength = 64;
    private const int MaxDescriptionLength = 4_000;
    private const int MaxTags = 32;

    public static bool IsLabel(string? text) =>
        text is { Length: > 0 and <= MaxLabelLength } && PlainText.IsOneLine(text)
        && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);

    public void Check(ServerCandidate candidate)
    {
        if (candidate.Definition.Description is { } description)
        {
            if (description.Length > MaxDescriptionLength)
            {
                candidate.Add("description", "too_long", $"A description has at most {MaxDescriptionLength} characters; this one has {description.Length}.");
            }

            if (!PlainText.IsClean(description))
            {
                candidate.Add("description", "control_characters", "A description has no control characters but line breaks and tabs.");
            }
        }

        var tags = candidate.Definition.Tags;
        if (tags.Count > MaxTags)
        {
            candidate.Add("tags", "too_many", $"A server has at most {MaxTags} tags; these are {tags.Count}.");
            return;
        }

        for (var i = 0; i < tags.Count; i++)
        {
            if (!IsLabel(tags[i]))
            {
                candidate.Add($"tags[{i}]", "tag_form", $"A tag has 1 to {MaxLabelLength} characters, no control characters and no white space around it.");
            }
        }
    }
}
