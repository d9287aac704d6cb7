// A client of 2026-07-28.
import { post, readResult } from './messages.mjs';
import { answer, capabilities, clientInfo } from './answers.mjs';

const revision = '2026-07-28';
const maxRounds = 10;

export async function openModern(url, authorization) {
  let lastId = 0;

  async function send(method, params, headers) {
    const id = ++lastId;
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    };
    const response = await post(
      url,
      { Authorization: authorization, 'MCP-Protocol-Version': revision, 'Mcp-Method': method, ...headers },
      { id, method, params: { ...params, _meta } });
    return await readResult(response, id, ({ method: asked }) => {
      throw new Error(`${asked} was asked on a response stream`);
    });
  }

  /** Sends a request until it is complete, with the answers to what the server asks in between. */
  async function request(method, params = {}, schema = undefined) {
    const name = params.name ?? params.uri;
    const headers = { ...(name === undefined ? {} : { 'Mcp-Name': encode(name) }), ...mirror(schema, params.arguments) };
    let result = await send(method, params, headers);
    for (let round = 1; result.resultType === 'input_required'; round++) {
      if (round > maxRounds) throw new Error(`${method} asks for input without end`);
      const { inputRequests, requestState } = result;
      const inputResponses = inputRequests
        && Object.fromEntries(Object.entries(inputRequests).map(([key, question]) => [key, answer(question)]));
      result = await send(method, { ...params, inputResponses, requestState }, headers);
    }
    return result;
  }

  await request('server/discover');
  return { request, close: async () => {} };
}

/** The headers that repeat the annotated arguments; an annotation stands on the way of `properties` alone. */
function mirror(schema, values) {
  let headers = {};
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    const value = values?.[name];
    const header = property['x-mcp-header'];
    if (header !== undefined && value !== undefined && value !== null) headers[`Mcp-Param-${header}`] = encode(String(value));
    headers = { ...headers, ...mirror(property, value) };
  }
  return headers;
}

function encode(text) {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)
    ? text
    : text === '' ? '' : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
