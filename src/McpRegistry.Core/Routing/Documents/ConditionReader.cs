using System.Text.Json;
using McpRegistry.Routing.Conditions;

namespace McpRegistry.Routing.Documents;

/// <summary>Reads the conditions of a rule into the form in which they are asked, and names every fault by its path.</summary>
internal sealed class ConditionReader(DocumentFaults faults)
{
    public const int MaxDepth = 10;
    public const int MaxConditions = 200;

    private const string Root = "conditions";

    private static readonly string[] Groups = ["all", "any", "not"];

    private readonly ConditionValueReader _values = new(faults);
    private int _count;

    /// <summary>Reads a document.</summary>
    /// <returns>The condition; meaningless after a fault.</returns>
    public RouteCondition Read(JsonElement document) => Read(document, Root, 1);

    private RouteCondition Read(JsonElement element, string path, int depth)
    {
        var nothing = new AllCondition(path, []);
        if (depth > MaxDepth)
        {
            faults.Add(path, "too_deep", $"Groups are nested up to {MaxDepth} levels deep.");
            return nothing;
        }

        if (++_count > MaxConditions)
        {
            if (_count == MaxConditions + 1)
            {
                faults.Add(path, "too_many", $"A rule has up to {MaxConditions} conditions and groups.");
            }

            return nothing;
        }

        var members = new DocumentObject(element, path, faults);
        if (!members.IsObject || (members.Left.Count == 0 && path == Root))
        {
            return nothing;
        }

        var groups = Groups.Where(members.Has).ToArray();
        if (groups.Length + (members.Has("field") ? 1 : 0) != 1)
        {
            faults.Add(path, groups.Length == 0 ? "required" : "ambiguous", "A condition has just one of field, all, any and not.");
            return nothing;
        }

        var condition = groups.Length == 0 ? _values.Read(members) ?? nothing : ReadGroup(members, groups[0], depth);
        members.Finish();
        return condition;
    }

    private RouteCondition ReadGroup(DocumentObject members, string name, int depth)
    {
        var path = members.PathOf(name);
        if (name == "not")
        {
            if (members.Take(name) is { } part)
            {
                return new NotCondition(members.Path, Read(part, path, depth + 1));
            }

            faults.Add(path, "wrong_type", "A condition is expected.");
            return new AllCondition(path, []);
        }

        if (members.Items(name, MaxConditions) is not { } items)
        {
            faults.Add(path, "wrong_type", "A JSON array is expected.");
            items = [];
        }

        var parts = items.Select(item => Read(item.Element, item.Path, depth + 1)).ToArray();
        return name == "all" ? new AllCondition(members.Path, parts) : new AnyCondition(members.Path, parts);
    }
}
