using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.Http;

/// <summary>Reads the definition in the body of a request so that one answer names everything that is wrong with it.</summary>
internal static class DefinitionBody
{
    /// <summary>Reads the body, or answers what is wrong with it and returns null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Takes the definition out of the JSON and notes what cannot be read.</param>
    /// <param name="rules">
    /// Finds what breaks the rules. Asked only when something could not be read: whoever writes the definition asks otherwise.
    /// </param>
    /// <param name="memberOf">Tells which member the path of a fault is about; null takes the whole path.</param>
    public static async Task<TDefinition?> ReadAsync<TDefinition>(
        HttpContext context,
        Func<JsonElement, List<ValidationFault>, TDefinition> read,
        Func<TDefinition, ValueTask<IEnumerable<ValidationFault>>> rules,
        Func<string, string>? memberOf = null)
        where TDefinition : class
    {
        var (document, problem) = await JsonBody.ReadAsync(context);
        using (document)
        {
            if (document is null)
            {
                await problem!.WriteAsync(context);
                return null;
            }

            var faults = new List<ValidationFault>();
            var definition = read(document.RootElement, faults);
            if (faults.Count == 0)
            {
                return definition;
            }

            // The rules speak too, so that one answer has all; about a member that could not be read they would mislead.
            memberOf ??= static path => path;
            var reported = faults.Select(fault => memberOf(fault.Path)).ToHashSet(StringComparer.Ordinal);
            faults.AddRange((await rules(definition)).Where(fault => !reported.Contains(memberOf(fault.Path))));
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return null;
        }
    }
}
