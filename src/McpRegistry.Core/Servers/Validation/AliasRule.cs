namespace McpRegistry.Servers.Validation;

internal sealed class AliasRule : IServerRule
{
    public void Check(ServerCandidate candidate)
    {
        if (candidate.Definition.Alias is not { } alias)
        {
            return;
        }

        if (!ServerAlias.IsWellFormed(alias))
        {
            candidate.Add(
                "alias",
                "alias_form",
                $"An alias has 1 to {ServerAlias.MaxLength} characters: lower-case letters a-z, digits and hyphens, and does not begin with a hyphen. '{ServerAlias.Derive(alias)}' would do.");
        }
        else if (ServerAlias.IsReserved(alias))
        {
            candidate.Add("alias", "alias_reserved", $"The alias '{alias}' is used by the gateway itself; choose another one.");
        }
    }
}
