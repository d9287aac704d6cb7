using Microsoft.Extensions.DependencyInjection;

namespace McpRegistry.Repository.Tests.Keys;

public sealed class InMemoryKeyContractTests() : KeyContractTests(static (builder, _) => builder.UseInMemory());
