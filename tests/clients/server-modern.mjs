// An upstream of 2026-07-28 on the TypeScript server library; it also answers 2025 clients without sessions.
//   node server-modern.mjs --port N      (0 takes a free port; the ready line names it)
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const at = process.argv.indexOf('--port');
const port = at < 0 ? 0 : Number(process.argv[at + 1]);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error('usage: server-modern.mjs --port N');
  process.exit(1);
}

function build() {
  const server = new McpServer({ name: 'modern-fixture', version: '1.0.0' }, { capabilities: { tools: {} } });

  server.registerTool('echo', {
    description: 'Returns the text as it came',
    inputSchema: z.object({ text: z.string() }),
    annotations: { readOnlyHint: true, idempotentHint: true },
  }, ({ text }) => ({ content: [{ type: 'text', text }] }));

  server.registerTool('add', {
    description: 'Adds two numbers',
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() }),
    annotations: { readOnlyHint: true },
  }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
    structuredContent: { sum: a + b },
    _meta: { 'example.com/unit': 'none' },
  }));

  server.registerTool('steps', {
    description: 'Reports progress a number of times, waiting between the steps, and stops when it is cancelled',
    inputSchema: z.object({ count: z.number().int().min(1).max(1000), delay: z.number().int().min(0).max(10_000) }),
  }, async ({ count, delay }, context) => {
    const progressToken = context.mcpReq._meta?.progressToken;
    for (let step = 1; step <= count; step++) {
      if (context.mcpReq.signal.aborted) {
        console.error('steps cancelled');
        throw new Error('cancelled');
      }
      if (progressToken !== undefined) {
        await context.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress: step, total: count, message: `step ${step}` },
        });
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
    return { content: [{ type: 'text', text: `${count} steps` }] };
  });

  server.registerResource('greeting', 'fixture://greeting', { mimeType: 'text/plain' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'Grüße, 世界' }] }));

  server.registerPrompt('review', {
    description: 'Asks for a review of a text',
    argsSchema: z.object({ text: z.string() }),
  }, ({ text }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `Please review: ${text}` } }] }));

  return server;
}

const handler = createMcpHandler(build);

const http = createServer(async (request, response) => {
  const aborted = new AbortController();
  response.on('close', () => aborted.abort());
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const answer = await handler.fetch(new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method,
    headers: request.headers,
    body: hasBody ? Readable.toWeb(request) : undefined,
    duplex: hasBody ? 'half' : undefined,
    signal: aborted.signal,
  }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
  } else {
    Readable.fromWeb(answer.body).on('error', () => response.destroy()).pipe(response);
  }
});

http.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${http.address().port}/mcp`));
