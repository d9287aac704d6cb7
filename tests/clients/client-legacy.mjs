// The TypeScript SDK of the session revisions: initialize, Mcp-Session-Id, notifications/cancelled.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { run } from './lib/run.mjs';

let negotiated;

await run({
  createClient: () => new Client({ name: 'mcpregistry-client-legacy', version: '1.0.0' }),
  createTransport: ({ url, headers, sse, command }) => {
    const transport = createTransport({ url, headers, sse, command });
    // Stdio has no version header, so the SDK tells the version only to transports that offer this method.
    const inner = transport.setProtocolVersion?.bind(transport);
    transport.setProtocolVersion = (version) => {
      negotiated = version;
      inner?.(version);
    };
    return transport;
  },
  callTool: (client, params, options) => client.callTool(params, undefined, options),
  protocolVersion: () => negotiated,
});

function createTransport({ url, headers, sse, command }) {
  if (command) {
    return new StdioClientTransport({ command: command[0], args: command.slice(1), stderr: 'inherit' });
  }
  const Transport = sse ? SSEClientTransport : StreamableHTTPClientTransport;
  return new Transport(new URL(url), { requestInit: { headers } });
}
