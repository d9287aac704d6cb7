namespace McpRegistry.Servers.Validation;

/// <summary>The form of commands, arguments and variables.</summary>
internal sealed class ProcessRule : IServerRule
{
    private const int MaxArguments = 256;
    private const int MaxVariables = 128;
    private const int MaxTextLength = 8_192;

    public void Check(ServerCandidate candidate)
    {
        foreach (var endpoint in candidate.Endpoints)
        {
            CheckText(candidate, endpoint.Path + "command", endpoint.Definition.Command);
            CheckText(candidate, endpoint.Path + "workingDirectory", endpoint.Definition.WorkingDirectory);
            CheckArguments(candidate, endpoint.Path + "arguments", endpoint.Definition.Arguments);
            CheckVariables(candidate, endpoint.Path + "environment", endpoint.Definition.Environment);
        }
    }

    private static void CheckArguments(ServerCandidate candidate, string path, IList<string> arguments)
    {
        if (arguments.Count > MaxArguments)
        {
            candidate.Add(path, "too_many", $"A command has at most {MaxArguments} arguments; these are {arguments.Count}.");
            return;
        }

        for (var i = 0; i < arguments.Count; i++)
        {
            CheckText(candidate, $"{path}[{i}]", arguments[i]);
        }
    }

    private static void CheckVariables(ServerCandidate candidate, string path, IDictionary<string, string> variables)
    {
        if (variables.Count > MaxVariables)
        {
            candidate.Add(path, "too_many", $"A command has at most {MaxVariables} variables; these are {variables.Count}.");
            return;
        }

        foreach (var (name, value) in variables)
        {
            if (!EnvironmentName.IsValid(name))
            {
                candidate.Add(path, "variable_name", "The name of a variable is a letter or '_', then letters, digits or '_', at most 128 characters.");
            }
            else
            {
                CheckText(candidate, $"{path}.{name}", value);
            }
        }
    }

    private static void CheckText(ServerCandidate candidate, string path, string? text)
    {
        if (text is { Length: > MaxTextLength })
        {
            candidate.Add(path, "too_long", $"At most {MaxTextLength} characters are taken here; these are {text.Length}.");
        }
        else if (text is not null && !PlainText.IsStorable(text))
        {
            candidate.Add(path, "control_characters", "The text must be whole Unicode text without NUL characters.");
        }
    }
}
