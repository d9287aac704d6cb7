// A client of the session revisions.
import { post, readResult } from './messages.mjs';
import { answer, capabilities, clientInfo } from './answers.mjs';

const revision = '2025-11-25';

export async function openLegacy(url, authorization) {
  const headers = { Authorization: authorization };
  let lastId = 0;

  async function request(method, params = {}) {
    const id = ++lastId;
    const response = await post(url, headers, { id, method, params });
    const session = response.headers.get('mcp-session-id');
    if (session !== null) headers['Mcp-Session-Id'] = session;
    return await readResult(response, id, (question) => tell({ id: question.id, result: answer(question) }));
  }

  async function tell(message) {
    const response = await post(url, headers, message);
    if (response.status !== 202) throw new Error(`HTTP ${response.status} for ${JSON.stringify(message)}`);
  }

  const opened = await request('initialize', { protocolVersion: revision, capabilities, clientInfo });
  headers['MCP-Protocol-Version'] = opened.protocolVersion;
  await tell({ method: 'notifications/initialized' });
  return {
    request,
    close: async () => {
      await fetch(url, { method: 'DELETE', headers });
    },
  };
}
