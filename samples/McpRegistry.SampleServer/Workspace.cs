using McpRegistry.SampleServer.Clock;
using McpRegistry.SampleServer.Countdown;
using McpRegistry.SampleServer.Notes;
using McpRegistry.SampleServer.Text;
using McpRegistry.SampleServer.Units;
using ModelContextProtocol.Protocol;

namespace McpRegistry.SampleServer;

/// <summary>What the server offers, the same over stdio and HTTP.</summary>
internal static class Workspace
{
    public static IMcpServerBuilder AddWorkspace(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<NoteBook>();
        return services
            .AddMcpServer(options =>
            {
                options.ServerInfo = new Implementation { Name = "workspace", Title = "Workspace", Version = "1.0.0" };
                options.ServerInstructions = "Small tools for the day: time, units, text and notes. Notes live as long as the process.";
            })
            .WithTools<ClockTools>()
            .WithTools<UnitTools>()
            .WithTools<TextTools>()
            .WithTools<NoteTools>()
            .WithTools<CountdownTools>()
            .WithResources<NoteResources>()
            .WithPrompts<TextPrompts>()
            .WithCompleteHandler(NoteCompletion.CompleteAsync);
    }

    /// <summary>
    /// The SDK logs a refused argument or a cancelled call as an error with its stack. Both belong to the caller, who gets
    /// the message in the answer.
    /// </summary>
    public static ILoggingBuilder QuietProtocol(this ILoggingBuilder logging) => logging.AddFilter("ModelContextProtocol", LogLevel.Critical);
}
