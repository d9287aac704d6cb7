using System.ComponentModel.DataAnnotations.Schema;

namespace McpRegistry.EntityFrameworkCore.Discovery;

/// <summary>One line of the answer to several counts.</summary>
internal sealed class NumberedCount
{
    [Column("number")]
    public int Number { get; set; }

    [Column("count")]
    public long Count { get; set; }
}
