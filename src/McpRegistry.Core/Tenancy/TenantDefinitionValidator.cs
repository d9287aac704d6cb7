using System.Collections.Immutable;
using System.Text.Json;
using McpRegistry.Limits;
using McpRegistry.Servers.Validation;
using McpRegistry.Storage;

namespace McpRegistry.Tenancy;

/// <summary>Finds every fault of a definition at once.</summary>
internal static class TenantDefinitionValidator
{
    public const int MaxSettingsLength = 16_384;

    private const int MaxNameLength = 200;
    private const int MaxDescriptionLength = 4_000;

    /// <param name="definition">What an operator wrote.</param>
    /// <param name="isNew">Whether there is no slug that a missing one could stand for.</param>
    public static ImmutableArray<ValidationFault> Validate(TenantDefinition definition, bool isNew)
    {
        var faults = ImmutableArray.CreateBuilder<ValidationFault>();
        CheckSlug(definition.Slug, isNew, Add);
        CheckName(definition.Name, Add);
        CheckDescription(definition.Description, Add);
        if (definition.Status is { } status && !Enum.IsDefined(status))
        {
            Add("status", "unknown_value", "One of these is expected: active, suspended, disabled.");
        }

        CheckLimit(definition.MaxServers, "maxServers", Add);
        CheckLimit(definition.MaxApiKeys, "maxApiKeys", Add);
        CheckSettings(definition.Settings, Add);
        return faults.ToImmutable();

        void Add(string path, string code, string message) => faults.Add(new ValidationFault(path, code, message));
    }

    private static void CheckSlug(string? slug, bool isNew, Action<string, string, string> add)
    {
        if (slug is null)
        {
            if (isNew)
            {
                add("slug", "missing", "A tenant needs a slug.");
            }
        }
        else if (!TenantSlug.IsWellFormed(slug))
        {
            add("slug", "slug_form", $"A slug has 1 to {TenantSlug.MaxLength} of a-z, 0-9 and hyphens, and does not begin with a hyphen.");
        }
        else if (TenantSlug.IsId(slug))
        {
            add("slug", "slug_form", "A slug must not have the form of an id.");
        }
    }

    private static void CheckName(string? name, Action<string, string, string> add)
    {
        if (string.IsNullOrEmpty(name))
        {
            add("name", "missing", "A tenant needs a name.");
            return;
        }

        if (name.Length > MaxNameLength)
        {
            add("name", "too_long", $"A name has at most {MaxNameLength} characters; this one has {name.Length}.");
        }

        if (!PlainText.IsOneLine(name) || string.IsNullOrWhiteSpace(name))
        {
            add("name", "name_form", "A name is one line of text without control characters.");
        }
    }

    private static void CheckDescription(string? description, Action<string, string, string> add)
    {
        if (description is { Length: > MaxDescriptionLength })
        {
            add("description", "too_long", $"A description has at most {MaxDescriptionLength} characters; this one has {description.Length}.");
        }

        if (description is not null && !PlainText.IsClean(description))
        {
            add("description", "control_characters", "A description has no control characters but line breaks and tabs.");
        }
    }

    private static void CheckLimit(int? limit, string path, Action<string, string, string> add)
    {
        if (limit < 0)
        {
            add(path, "out_of_range", "A limit is at least 0, or left out for no limit.");
        }
    }

    private static void CheckSettings(string settings, Action<string, string, string> add)
    {
        if (settings.Length > MaxSettingsLength)
        {
            add("settings", "too_long", $"Settings have at most {MaxSettingsLength} characters; these have {settings.Length}.");
            return;
        }

        try
        {
            StorableJson.Check(settings, nameof(settings));
        }
        catch (ArgumentException)
        {
            add("settings", "not_storable", "Settings are a JSON document without repeated members, half surrogate pairs and numbers beyond a double.");
            return;
        }

        using var document = JsonDocument.Parse(settings);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            add("settings", "wrong_type", "A JSON object is expected.");
            return;
        }

        // What is stored already is taken as far as it goes; who writes it now can still mend it.
        var limits = new List<ValidationFault>();
        TenantLimitReader.Read(settings, limits);
        foreach (var fault in limits)
        {
            add($"settings.{fault.Path}", fault.Code, fault.Message);
        }
    }
}
