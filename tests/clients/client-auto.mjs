// The current TypeScript client, which probes for the era of the server and prefers 2026-07-28.
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { run } from './lib/run.mjs';

await run({
  createClient: () => new Client(
    { name: 'mcpregistry-client-auto', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } }),
  createTransport: ({ url, headers, sse, command }) => {
    if (command) {
      return new StdioClientTransport({ command: command[0], args: command.slice(1), stderr: 'inherit' });
    }
    const Transport = sse ? SSEClientTransport : StreamableHTTPClientTransport;
    return new Transport(new URL(url), { requestInit: { headers } });
  },
  callTool: (client, params, options) => client.callTool(params, options),
  protocolVersion: (client) => client.getNegotiatedProtocolVersion(),
});
