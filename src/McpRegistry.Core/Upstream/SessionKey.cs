namespace McpRegistry.Upstream;

/// <summary>What keeps two sessions with one endpoint apart.</summary>
/// <param name="Principal">Whose it is.</param>
/// <param name="Fingerprint">What the client can do, see <see cref="ClientProfile.Fingerprint"/>.</param>
/// <param name="ClientSession">The client's session that has it for itself; null when it is shared by all of the principal's.</param>
internal readonly record struct SessionKey(string Principal, string Fingerprint, string? ClientSession);
