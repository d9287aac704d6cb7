using System.Text.Json;
using McpRegistry.ApiKeys;
using McpRegistry.AspNetCore.Auditing;
using McpRegistry.AspNetCore.Http;
using Microsoft.AspNetCore.Http;

namespace McpRegistry.AspNetCore.ApiKeys;

/// <summary>Answers the requests of <see cref="ApiKeyEndpoints"/>.</summary>
internal sealed class ApiKeyApi(IApiKeyRegistrar registrar, ApiKeyDefinitionValidator validator, ApiKeyViewFactory views)
{
    private const int ExportPage = 500;

    public async Task CreateAsync(HttpContext context)
    {
        if (await ReadDefinitionAsync(context, null) is { } definition)
        {
            var caller = context.GetCaller();
            await WriteNewAsync(context, await registrar.CreateAsync(caller.Tenant, AuthorityOf(caller), definition, context.GetActor(), context.RequestAborted));
        }
    }

    public async Task ListAsync(HttpContext context)
    {
        var faults = new List<ValidationFault>();
        var query = PageQuery.Read(context.Request.Query, faults, static name => name.Length > 0);
        if (faults.Count > 0)
        {
            await Problem.Invalid([.. faults]).WriteAsync(context);
            return;
        }

        var rows = await registrar.ListAsync(context.GetCaller().Tenant, query.After, query.Wanted, context.RequestAborted);
        var next = query.Next(rows, static row => row.Key.Name);
        var view = new ApiKeyListView([.. rows.Take(query.Limit).Select(row => views.Create(context, row))], next);
        await context.WriteApiAsync(view, ApiKeyJsonContext.Readable.ApiKeyListView);
    }

    public async Task ExportAsync(HttpContext context)
    {
        context.Response.ContentType = "application/jsonl; charset=utf-8";
        context.Response.SetApiHeaders();
        string? after = null;
        IReadOnlyList<StoredApiKey> page;
        do
        {
            page = await registrar.ListAsync(context.GetCaller().Tenant, after, ExportPage, context.RequestAborted);
            foreach (var row in page)
            {
                after = row.Key.Name;
                await JsonSerializer.SerializeAsync(
                    context.Response.Body, views.Create(context, row), ApiKeyJsonContext.Readable.ApiKeyView, context.RequestAborted);
                await context.Response.WriteAsync("\n", context.RequestAborted);
            }
        }
        while (page.Count == ExportPage);
    }

    public async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } stored)
        {
            await WriteAsync(context, stored);
        }
    }

    public async Task ReplaceAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } stored && await ReadDefinitionAsync(context, stored.Key) is { } definition)
        {
            var caller = context.GetCaller();
            await WriteAsync(context, await registrar.UpdateAsync(
                caller.Tenant, AuthorityOf(caller), stored.Key.Id, definition, ExpectedVersion(context, stored), context.GetActor(), context.RequestAborted));
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } stored)
        {
            return;
        }

        var result = await registrar.DeleteAsync(
            context.GetCaller().Tenant, stored.Key.Id, ExpectedVersion(context, stored), context.GetActor(), context.RequestAborted);
        if (!result.Succeeded)
        {
            await ApiKeyProblems.Of(result).WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task RevokeAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } stored && await OptionalBody.ReadAsync(context, OptionalBody.Reason) is (true, var reason))
        {
            await WriteAsync(context, await registrar.RevokeAsync(
                context.GetCaller().Tenant, stored.Key.Id, reason, ExpectedVersion(context, stored), context.GetActor(), context.RequestAborted));
        }
    }

    public async Task RotateAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } stored && await OptionalBody.ReadAsync(context, ApiKeyBody.ReadOverlap) is (true, var overlap))
        {
            var caller = context.GetCaller();
            await WriteNewAsync(context, await registrar.RotateAsync(
                caller.Tenant, AuthorityOf(caller), stored.Key.Id, overlap, ExpectedVersion(context, stored), context.GetActor(), context.RequestAborted));
        }
    }

    public async Task UnlockAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } stored)
        {
            await WriteAsync(context, await registrar.UnlockAsync(context.GetCaller().Tenant, stored.Key.Id, context.GetActor(), context.RequestAborted));
        }
    }

    private static ApiKeyAuthority AuthorityOf(Caller caller) => new(caller.Scopes, caller.Key);

    private static long? ExpectedVersion(HttpContext context, StoredApiKey stored) =>
        EntityTag.BoundVersion(context.Request.Headers, stored.Key.Version);

    /// <summary>Finds the key of the route in the version that the caller expects, or answers why not.</summary>
    private async Task<StoredApiKey?> FindAsync(HttpContext context)
    {
        if (!context.TryGetId(out var id) || await registrar.FindAsync(context.GetCaller().Tenant, id, context.RequestAborted) is not { } stored)
        {
            await Problem.NotFound(ApiKeyProblems.Key).WriteAsync(context);
            return null;
        }

        if (EntityTag.Matches(context.Request.Headers, stored.Key.Version, out _))
        {
            return stored;
        }

        await Problem.Stale(ApiKeyProblems.Key).WriteAsync(context);
        return null;
    }

    private Task<ApiKeyDefinition?> ReadDefinitionAsync(HttpContext context, ApiKey? existing) => DefinitionBody.ReadAsync(
        context,
        ApiKeyBody.ReadDefinition,
        async definition => await validator.CheckAsync(context.GetCaller().Tenant, AuthorityOf(context.GetCaller()), definition, existing, context.RequestAborted),
        static path => path.Split('[', 2)[0]);

    private Task WriteAsync(HttpContext context, ApiKeyWriteResult result) =>
        result.Succeeded ? WriteAsync(context, result.Key) : ApiKeyProblems.Of(result).WriteAsync(context);

    private Task WriteAsync(HttpContext context, StoredApiKey stored) =>
        context.WriteApiAsync(views.Create(context, stored), ApiKeyJsonContext.Readable.ApiKeyView, stored.Key.Version);

    private async Task WriteNewAsync(HttpContext context, ApiKeyWriteResult result)
    {
        if (!result.Succeeded)
        {
            await ApiKeyProblems.Of(result).WriteAsync(context);
            return;
        }

        var view = new NewApiKeyView(result.Secret!, views.Create(context, result.Key));
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = view.Details.Urls.Self;
        await context.WriteApiAsync(view, ApiKeyJsonContext.Readable.NewApiKeyView, result.Key.Key.Version);
    }
}
