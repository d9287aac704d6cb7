using System.Linq.Expressions;
using McpRegistry.EntityFrameworkCore.Storage;
using McpRegistry.Maintenance;

namespace McpRegistry.EntityFrameworkCore.Maintenance;

/// <summary>A column that a condition may name, and the condition as an expression, so that no name gets into SQL by text.</summary>
/// <typeparam name="T">The row.</typeparam>
internal sealed record PrunableColumn<T>(RetentionColumn Description, Func<object, Expression<Func<T, bool>>> Equal);

internal static class PrunableColumn
{
    public static PrunableColumn<T> Text<T>(string name, Func<string, Expression<Func<T, bool>>> equal) =>
        new(new RetentionColumn(name, RetentionValueKind.Text), value => equal((string)value));

    public static PrunableColumn<T> Boolean<T>(string name, Func<bool, Expression<Func<T, bool>>> equal) =>
        new(new RetentionColumn(name, RetentionValueKind.Boolean), value => equal((bool)value));

    public static PrunableColumn<T> Integer<T>(string name, Func<int, Expression<Func<T, bool>>> equal) =>
        new(new RetentionColumn(name, RetentionValueKind.Integer), value => equal(checked((int)(long)value)));

    public static PrunableColumn<T> Id<T>(string name, Func<Guid, Expression<Func<T, bool>>> equal) =>
        new(new RetentionColumn(name, RetentionValueKind.Id), value => equal((Guid)value));

    public static PrunableColumn<T> Choice<T, TEnum>(string name, Func<TEnum, Expression<Func<T, bool>>> equal)
        where TEnum : struct, Enum =>
        new(
            new RetentionColumn(name, RetentionValueKind.Text) { Values = [.. Enum.GetValues<TEnum>().Select(EnumText<TEnum>.Write)] },
            value => equal(EnumText<TEnum>.Read((string)value)));
}
