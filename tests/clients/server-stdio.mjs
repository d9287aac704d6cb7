// A stdio server of the session revisions that misbehaves on request, without any library:
//   node server-stdio.mjs MODE
// normal         answers initialize, ping, tools/list and tools/call of "echo"
// silent         reads everything and never answers
// exit-on-start  ends with code 3 before it reads anything
// exit-on-call FILE  writes the text of a call of a tool to FILE, unless that is -, and ends with code 3
// exit-in-answer FILE  the same in the middle of its answer
// exit-in-call FILE  writes the first word of the text of a call to FILE as soon as it has read the beginning of it, and ends with code 3
// garbage        writes lines that are not JSON-RPC between its answers
// flood          writes 1 MB to stderr before each answer
// stubborn       goes on after its input has ended and ignores SIGTERM
// recording FILE writes every message it gets to FILE and never answers a call of "hang"
// growing        has a tool "grow", which adds the tool "echo2" and announces it
// watching       has resources to subscribe to, and a tool "touch" that announces a change of the resource given as its text
// watching-modern  the same in 2026-07-28, with subscriptions/listen
// asking         asks for input with each call of a tool and answers with what it was told
// grandchild     starts a child of its own, which outlives it by up to five minutes unless killed; its id is printed to stderr
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const mode = process.argv[2] ?? 'normal';
const modes = ['normal', 'silent', 'exit-on-start', 'exit-on-call', 'exit-in-answer', 'exit-in-call', 'garbage', 'flood', 'stubborn', 'recording', 'growing', 'asking', 'grandchild', 'watching', 'watching-modern'];
if (!modes.includes(mode)) {
  console.error(`usage: server-stdio.mjs ${modes.join(' | ')}`);
  process.exit(1);
}
if (mode === 'exit-on-start') {
  console.error('exiting on purpose');
  process.exit(3);
}
if (mode === 'stubborn') {
  process.on('SIGTERM', () => console.error('SIGTERM ignored'));
  setInterval(() => {}, 60_000);
}
if (mode === 'grandchild') {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300000)', '--', ...process.argv.slice(3)], { stdio: 'ignore' });
  console.error(`grandchild ${child.pid}`);
}

if (mode === 'exit-in-call') {
  // Before the reader of lines, which would wait for the rest.
  process.stdin.on('data', (bytes) => {
    const call = /"tools\/call".*?"text":"(\S+) /s.exec(bytes.toString());
    if (call) {
      appendFileSync(process.argv[3], `${call[1]}\n`);
      process.exit(3);
    }
  });
}

const tool = { name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } };

const tools = [tool];
if (mode === 'recording') {
  tools.push({ ...tool, name: 'hang' });
}
if (mode === 'growing') {
  tools.push({ ...tool, name: 'grow' });
}

const modern = mode === 'watching-modern';
const watching = modern || mode === 'watching';
const subscribed = new Set();
const listens = new Map();
if (watching) {
  tools.push({ ...tool, name: 'touch' });
}
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const tagged = (id, params) => ({ ...params, _meta: { 'io.modelcontextprotocol/subscriptionId': id } });

function touch(uri) {
  const method = 'notifications/resources/updated';
  if (subscribed.has(uri)) {
    send({ method, params: { uri } });
  }
  for (const [id, filter] of listens) {
    if (filter.resourceSubscriptions?.includes(uri)) {
      send({ method, params: tagged(id, { uri }) });
    }
  }
}

function listen(id, { notifications }) {
  listens.set(id, notifications);
  send({ method: 'notifications/subscriptions/acknowledged', params: tagged(id, { notifications }) });
}

const capabilities = watching ? { tools: {}, resources: { subscribe: true } } : { tools: { listChanged: mode === 'growing' } };
const complete = modern ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private' } : {};
const answers = {
  ...modern && { 'server/discover': () => ({ ...complete, supportedVersions: ['2026-07-28'], capabilities }) },
  ...watching && {
    'resources/list': () => ({ ...complete, resources: [{ uri: 'stdio://one', name: 'one' }, { uri: 'stdio://two', name: 'two' }] }),
    'resources/templates/list': () => ({ ...complete, resourceTemplates: [] }),
    'resources/subscribe': ({ uri }) => (subscribed.add(uri), {}),
    'resources/unsubscribe': ({ uri }) => (subscribed.delete(uri), {}),
  },
  initialize: ({ protocolVersion }) => ({
    protocolVersion: protocolVersion < '2025-11-25' ? protocolVersion : '2025-11-25',
    capabilities,
    serverInfo: { name: `stdio-${mode}`, version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ ...complete, tools }),
  'tools/call': ({ name, arguments: { text } = {} }) => {
    if (mode.startsWith('exit-')) {
      if ((process.argv[3] ?? '-') !== '-') {
        appendFileSync(process.argv[3], `${text}\n`);
      }
      if (mode === 'exit-in-answer') {
        process.stdout.write('{"jsonrpc":"2.0","id":', () => process.exit(3));
        return new Promise(() => {});
      }
      process.exit(3);
    }
    if (name === 'grow') {
      tools.push({ ...tool, name: 'echo2' });
      process.stdout.write('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n');
    }
    if (name === 'touch') {
      touch(text);
    }
    return { ...modern && { resultType: 'complete' }, content: [{ type: 'text', text: text ?? '' }] };
  },
};

const questions = new Map();
const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (mode === 'recording') {
    appendFileSync(process.argv[3], `${line}\n`);
  }
  if (method === 'notifications/cancelled') {
    listens.delete(params.requestId);
  }
  if (mode === 'asking' && method === undefined) {
    const text = JSON.stringify(result ?? error);
    write({ id: questions.get(id), result: { content: [{ type: 'text', text }] } });
    return;
  }
  if (mode === 'asking' && method === 'tools/call') {
    const question = `q-${questions.size}`;
    questions.set(question, id);
    write({ id: question, method: 'elicitation/create', params: { message: 'Your name?', requestedSchema: { type: 'object', properties: {} } } });
    return;
  }
  if (mode === 'silent' || id === undefined || method === undefined || params?.name === 'hang') {
    return;
  }
  if (mode === 'garbage') {
    process.stdout.write('this is not JSON\n{"jsonrpc":"2.0"}\n[]\n\n');
  }
  if (mode === 'flood') {
    process.stderr.write(`${'x'.repeat(1023)}\n`.repeat(1024));
  }
  if (modern && method === 'subscriptions/listen') {
    listen(id, params);
    return;
  }
  const answer = modern && method === 'initialize' ? undefined : answers[method];
  const body = answer ? { result: answer(params ?? {}) } : { error: { code: -32601, message: `Method not found: ${method}` } };
  write({ id, ...body });
}).on('close', () => {
  if (mode !== 'stubborn') {
    process.exit(0);
  }
});
