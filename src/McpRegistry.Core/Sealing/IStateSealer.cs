namespace McpRegistry.Sealing;

/// <summary>
/// Seals state that travels through clients: they can neither read nor change it, nor use it after its time or for another
/// purpose. Sealed text can be sent again as often as a client likes; what must work once is for its owner to remember.
/// </summary>
internal interface IStateSealer
{
    /// <summary>The largest state, bytes.</summary>
    const int MaxStateBytes = 64 * 1024;

    /// <summary>Seals a state.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="state">The state, up to <see cref="MaxStateBytes"/>.</param>
    /// <param name="lifetime">How long the text opens.</param>
    /// <returns>URL-safe text (letters, digits, <c>-</c> and <c>_</c>), different each time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state is larger than that.</exception>
    string Seal(SealPurpose purpose, ReadOnlySpan<byte> state, TimeSpan lifetime);

    /// <summary>Opens a text that came from a client. Whatever it is, this does not throw.</summary>
    /// <param name="purpose">What it must have been sealed for.</param>
    /// <param name="text">The text.</param>
    /// <param name="state">The state; empty after a fault.</param>
    /// <param name="fault">Why it does not open; <see cref="SealFault.None"/> if it does.</param>
    bool TryOpen(SealPurpose purpose, ReadOnlySpan<char> text, out ReadOnlyMemory<byte> state, out SealFault fault);
}
