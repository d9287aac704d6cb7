using McpRegistry.Storage;
using McpRegistry.Tenancy;
using Xunit;

namespace McpRegistry.Core.Tests.Storage;

internal static class RulesInForceExtensions
{
    /// <summary>Takes over rules that nothing has overtaken.</summary>
    public static void Save<TRule>(this RulesInForce<TRule> rules, params IReadOnlyCollection<TRule> saved)
        where TRule : class => Assert.True(rules.TrySave(saved, rules.Removals));

    /// <summary>Takes over all rules.</summary>
    /// <param name="rules">What takes them over.</param>
    /// <param name="read">What a reading of all finds.</param>
    /// <param name="meanwhile">What happens until its end.</param>
    /// <param name="find">What is found when one is looked up; nothing unless told.</param>
    public static async Task ReloadAsync<TRule>(
        this RulesInForce<TRule> rules, IReadOnlyCollection<TRule> read, Action? meanwhile = null, Func<TenantId, Guid, CancellationToken, ValueTask<TRule?>>? find = null)
        where TRule : class
    {
        await rules.ReloadAsync(ReadAsync, find ?? (static (_, _, _) => default), TestContext.Current.CancellationToken);

        async IAsyncEnumerable<TRule> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var rule in read)
            {
                yield return rule;
            }

            meanwhile?.Invoke();
        }
    }
}
