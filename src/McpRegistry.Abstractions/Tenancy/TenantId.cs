using System.Diagnostics.CodeAnalysis;

namespace McpRegistry.Tenancy;

/// <summary>
/// Names the tenant that owns a row. Stores take it as their first argument; there is no ambient tenant.
/// </summary>
/// <remarks>
/// <see cref="Global"/> is the all-zero id and a value like any other, so that unique keys over (tenant, name) also hold
/// for rows that belong to no tenant.
/// </remarks>
/// <param name="Value">The id of the tenant, or <see cref="Guid.Empty"/> for <see cref="Global"/>.</param>
public readonly record struct TenantId(Guid Value) : ISpanParsable<TenantId>
{
    /// <summary>Gets the owner of everything that every tenant can see.</summary>
    public static TenantId Global => default;

    /// <summary>Gets a value that tells whether this is <see cref="Global"/>.</summary>
    public bool IsGlobal => Value == Guid.Empty;

    /// <inheritdoc/>
    public static TenantId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s, provider));

    /// <inheritdoc/>
    public static TenantId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => new(Guid.Parse(s, provider));

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TenantId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TenantId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new TenantId(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
