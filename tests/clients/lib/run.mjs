import { parseArguments } from './arguments.mjs';

// Runs one client from connect to close and prints one JSON document. `library` hides the differences between the SDKs:
//   createClient(), createTransport(options), callTool(client, params, requestOptions), protocolVersion(client, transport)
export async function run(library) {
  try {
    const document = await session(library, parseArguments(process.argv.slice(2)));
    await print(process.stdout, document);
    process.exit(0);
  } catch (error) {
    await print(process.stderr, { error: describe(error) });
    process.exit(1);
  }
}

async function session(library, options) {
  const client = library.createClient();
  const transport = library.createTransport(options);
  const notifications = trackNotifications(transport);
  await client.connect(transport, { timeout: options.timeout });
  try {
    const capabilities = client.getServerCapabilities() ?? {};
    const tools = await pages(capabilities.tools, 'tools', (params) => client.listTools(params));
    const resources = await pages(capabilities.resources, 'resources', (params) => client.listResources(params));
    const templates = await pages(capabilities.resources, 'resourceTemplates', (params) => client.listResourceTemplates(params));
    const prompts = await pages(capabilities.prompts, 'prompts', (params) => client.listPrompts(params));
    const document = {
      protocolVersion: library.protocolVersion(client, transport),
      server: client.getServerVersion(),
      capabilities,
      tools: tools.items.map((tool) => tool.name),
      resources: resources.items.map((resource) => resource.uri),
      resourceTemplates: templates.items.map((template) => template.uriTemplate),
      prompts: prompts.items.map((prompt) => prompt.name),
      listMeta: tools.meta,
    };

    if (options.read) {
      document.read = await client.readResource(options.read);
    }
    if (options.prompt) {
      document.prompt = await client.getPrompt(options.prompt);
    }
    if (options.call) {
      Object.assign(document, await call(library, client, options));
    }
    return document;
  } finally {
    // The SDKs do not await notifications/cancelled; closing at once would lose it.
    await Promise.race([Promise.allSettled(notifications), new Promise((resolve) => setTimeout(resolve, 5000))]);
    await client.close();
  }
}

function trackNotifications(transport) {
  const sent = [];
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const sending = send(message, options);
    if (message.method !== undefined && message.id === undefined) {
      sent.push(sending);
    }
    return sending;
  };
  return sent;
}

async function pages(capability, member, list) {
  const items = [];
  let meta;
  if (capability === undefined) {
    return { items, meta };
  }
  const seen = new Set();
  let cursor;
  do {
    const page = await list(cursor === undefined ? undefined : { cursor });
    items.push(...page[member]);
    meta ??= page._meta;
    cursor = page.nextCursor;
    if (cursor !== undefined && seen.has(cursor)) {
      throw new Error(`the cursor of ${member} does not advance: ${cursor}`);
    }
    seen.add(cursor);
  } while (cursor !== undefined);
  return { items, meta };
}

async function call(library, client, options) {
  const progress = [];
  const controller = new AbortController();
  const request = { timeout: options.timeout, signal: controller.signal };
  if (options.progress) {
    request.onprogress = (notification) => progress.push(notification);
  }
  const timer = options.cancelAfter === undefined
    ? undefined
    : setTimeout(() => controller.abort(new Error('cancelled by --cancel-after')), options.cancelAfter);

  try {
    const result = await library.callTool(client, options.call, request);
    return { call: result, cancelled: false, progress };
  } catch (error) {
    if (!controller.signal.aborted) {
      throw error;
    }
    return { call: null, cancelled: true, progress };
  } finally {
    clearTimeout(timer);
  }
}

function describe(error) {
  return {
    name: error?.name,
    code: error?.code,
    message: error?.message ?? String(error),
    data: error?.data,
    cause: error?.cause === undefined ? undefined : describe(error.cause),
  };
}

// process.exit cuts a pipe that is still being written, so the write is awaited first.
function print(stream, document) {
  return new Promise((resolve) => stream.write(`${JSON.stringify(document)}\n`, resolve));
}
