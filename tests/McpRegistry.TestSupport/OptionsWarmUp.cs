using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace McpRegistry.TestSupport;

/// <summary>
/// Has each option of the gateway with a range checked once, by one thread. The attribute reads its bounds with the first check and is not made for two at
/// once, as hosts make them that are started side by side in one process: only tests do that.
/// </summary>
internal static class OptionsWarmUp
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Every test project starts hosts; none of them could forget to call it.")]
    internal static void Run()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "McpRegistry.*.dll"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (name.EndsWith("Tests", StringComparison.Ordinal) || name == typeof(OptionsWarmUp).Assembly.GetName().Name)
            {
                continue;
            }

            foreach (var type in Assembly.Load(new AssemblyName(name)).GetTypes().Where(static type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
            {
                if (type.GetProperties().Any(static property => property.IsDefined(typeof(RangeAttribute))) && type.GetConstructor(Type.EmptyTypes) is not null)
                {
                    var options = Activator.CreateInstance(type)!;
                    Validator.TryValidateObject(options, new ValidationContext(options), [], validateAllProperties: true);
                }
            }
        }
    }
}
