// Plays a client scenario of the conformance tool, in which the gateway is the client under test: makes the tool's server an
// upstream of the gateway, and is a client there that tries everything the server offers.
// usage: drive.mjs modern|legacy URL     (CONFORMANCE_GATEWAY, CONFORMANCE_KEY: where the gateway is; MCP_CONFORMANCE_CONTEXT)
// What goes wrong is on standard error, which the report takes for a failed check.
import { exampleOf } from './answers.mjs';
import { authorization, withUpstream } from './gateway.mjs';
import { openLegacy } from './legacy.mjs';
import { AnsweredError } from './messages.mjs';
import { openModern } from './modern.mjs';

const methodNotFound = -32601;
const [era, url] = process.argv.slice(2);
const { toolCalls } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');

try {
  await withUpstream(url, async (endpoint) => {
    const client = await (era === 'modern' ? openModern : openLegacy)(endpoint, authorization);
    try {
      await tryEverything(client);
    } finally {
      await client.close();
    }
  });
} catch (error) {
  complain(error.stack);
}

/** At once, so that what belongs to one call and gets into another one shows. */
async function tryEverything({ request }) {
  const tools = await list('tools');
  const calls = toolCalls ?? tools.map((tool) => ({ name: tool.name, arguments: argumentsOf(tool, tools) }));
  const resources = await list('resources');
  const prompts = await list('prompts');
  await Promise.all([
    ...calls.map((call) => attempt('tools/call', call, tools.find((tool) => tool.name === call.name)?.inputSchema)),
    ...resources.map(({ uri }) => attempt('resources/read', { uri })),
    ...prompts.map((prompt) => attempt('prompts/get', {
      name: prompt.name,
      arguments: Object.fromEntries((prompt.arguments ?? []).map((argument) => [argument.name, 'text'])),
    })),
  ]);

  /** Also what the server does not declare: some take that as a request like any other. */
  async function list(kind) {
    const items = [];
    let cursor;
    do {
      const page = await attempt(`${kind}/list`, { cursor });
      items.push(...page?.[kind] ?? []);
      cursor = page?.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  async function attempt(method, params, schema) {
    const what = `${method} ${JSON.stringify(params)}`;
    try {
      const result = await request(method, params, schema);
      console.log(`${what}: ${JSON.stringify(result)}`);
      return result;
    } catch (error) {
      // No server has everything.
      if (!(error instanceof AnsweredError) || error.code !== methodNotFound) complain(`${what}: ${error.stack}`);
      else console.log(`${what}: ${error.message}`);
      return undefined;
    }
  }
}

/** A tool that asks for a schema is to get what came as the one of another tool. */
function argumentsOf(tool, tools) {
  const example = exampleOf(tool.inputSchema);
  const other = tools.find((candidate) => candidate !== tool);
  return tool.inputSchema.properties?.schema?.type === 'object' && other ? { ...example, schema: other.inputSchema } : example;
}

function complain(text) {
  console.error(text);
  process.exitCode = 1;
}
