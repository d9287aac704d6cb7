using System.Text.Json;
using McpRegistry.Servers;

namespace McpRegistry.Routing.Documents;

/// <summary>Reads where the calls of a rule go, and names every fault by its path.</summary>
internal sealed class TargetsReader(DocumentFaults faults)
{
    public const int MaxServers = 64;
    public const int MaxWeight = 1_000;

    private const string Root = "targets";

    /// <summary>Reads a document.</summary>
    /// <returns>The targets; meaningless after a fault.</returns>
    public RouteTargets Read(JsonElement document)
    {
        var members = new DocumentObject(document, Root, faults);
        if (!members.IsObject)
        {
            return RouteTargets.None;
        }

        if (!members.Has("servers") && !members.Has("canary") && !members.Has("mirror"))
        {
            faults.Add(members.PathOf("servers"), "required", "A rule has servers, a canary or a mirror.");
        }

        var servers = ReadServers(members);
        var sticky = members.Object("sticky") is { } key ? ReadKey(key, isWhole: true) : null;
        var canary = members.Object("canary") is { } share ? ReadCanary(share) : null;
        var mirror = members.Object("mirror") is { } copies ? ReadMirror(copies) : null;
        members.Finish();
        return new RouteTargets(servers, sticky, canary, mirror);
    }

    private RouteServers ReadServers(DocumentObject members)
    {
        if (members.Items("servers", MaxServers) is not { } items)
        {
            return RouteServers.None;
        }

        if (items.Count == 0)
        {
            faults.Add(members.PathOf("servers"), "required", "At least one server is expected; leave the member out for none.");
        }

        var servers = new List<RouteServer>();
        foreach (var (element, path) in items)
        {
            var item = new DocumentObject(element, path, faults);
            var server = ReadServer(item, item.Whole("weight", 0, MaxWeight) ?? 1, item.Flag("preferred") ?? false);
            item.Finish();
            if (servers.Exists(other => other.Alias == server.Alias && other.Endpoint == server.Endpoint) && server.Alias.Length > 0)
            {
                faults.Add(path, "duplicate", "The server is there twice; give it one weight.");
            }

            servers.Add(server);
        }

        return new RouteServers([.. servers]);
    }

    private RouteServer ReadServer(DocumentObject members, int weight, bool isPreferred)
    {
        var alias = members.Text("server", "The alias of a server is expected.");
        if (alias is not null && !ServerAlias.IsWellFormed(alias))
        {
            faults.Add(members.PathOf("server"), "alias", "The alias of a server is expected.");
        }

        return new RouteServer(alias ?? "", members.Id("endpoint"), weight, isPreferred);
    }

    private RouteCanary ReadCanary(DocumentObject members)
    {
        var share = ReadShare(members);
        var key = ReadKey(members, isWhole: false);
        if (!members.Has("servers") && members.IsObject)
        {
            faults.Add(members.PathOf("servers"), "required", "At least one server is expected.");
        }

        var servers = ReadServers(members);
        members.Finish();
        return new RouteCanary(share, key, servers);
    }

    private RouteMirror ReadMirror(DocumentObject members)
    {
        var mirror = new RouteMirror(ReadShare(members), ReadServer(members, weight: 1, isPreferred: false));
        members.Finish();
        return mirror;
    }

    private double ReadShare(DocumentObject members)
    {
        if (!members.Has("percent") && members.IsObject)
        {
            faults.Add(members.PathOf("percent"), "required", "A number from 0 to 100 is expected.");
        }

        return (members.Number("percent", 0, 100) ?? 0) / 100;
    }

    private RouteKey ReadKey(DocumentObject members, bool isWhole)
    {
        var by = members.Text("by", isWhole ? "One of these is expected: principal, session, address, header." : null);
        RouteKeySource? source = by switch
        {
            null or "principal" => RouteKeySource.Principal,
            "session" => RouteKeySource.Session,
            "address" => RouteKeySource.Address,
            "header" => RouteKeySource.Header,
            _ => null,
        };
        if (source is null)
        {
            faults.Add(members.PathOf("by"), "unknown_value", "One of these is expected: principal, session, address, header.");
        }

        string? name = null;
        if (source == RouteKeySource.Header)
        {
            name = members.Text("name", "The name of the header is expected.");
            if (name is not null && (!HeaderNames.IsName(name) || HeaderNames.IsSecret(name)))
            {
                faults.Add(members.PathOf("name"), "unknown_value", "The name of a header is expected, and not of one that carries secrets.");
            }
        }

        if (isWhole)
        {
            members.Finish();
        }

        return new RouteKey(source ?? RouteKeySource.Principal, name);
    }
}
