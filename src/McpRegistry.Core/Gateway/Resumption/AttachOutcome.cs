namespace McpRegistry.Gateway.Resumption;

/// <summary>What became of the wish to hear a stream.</summary>
internal enum AttachOutcome
{
    /// <summary>The client has got what it missed and hears what comes.</summary>
    Attached,

    /// <summary>The same, but some of what it missed is not there any more.</summary>
    AttachedWithGap,

    /// <summary>Nothing comes any more, and the client has got everything.</summary>
    Over,

    /// <summary>Some of what the client missed is not there any more.</summary>
    Lost,
}
