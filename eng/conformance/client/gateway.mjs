// The gateway under test, through its REST interface.
import { randomBytes } from 'node:crypto';
import { credentialOf, isRefusalExpected } from './credentials.mjs';

const { CONFORMANCE_GATEWAY: gateway, CONFORMANCE_KEY: key } = process.env;
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };

export const authorization = headers.Authorization;

/** Makes a server an upstream under a name of its own, for as long as `use(endpoint)` runs. */
export async function withUpstream(url, use) {
  const alias = `tool-${randomBytes(6).toString('hex')}`;
  const { id } = await ask('POST', '', { name: alias, alias, url, credential: credentialOf() });
  try {
    const report = await ask('POST', `/${id}/refresh`);
    if (isRefusalExpected) {
      const reasons = report.faults.map((fault) => fault.reason);
      if (!reasons.includes('credential_failed')) throw new Error(`the gateway should have refused the server: ${JSON.stringify(report)}`);
      return;
    }
    if (report.health === 'unhealthy') {
      throw new Error(`the gateway finds the server ${report.health}: ${report.faults.map((fault) => fault.message).join(' ')}`);
    }
    // A degraded server is served, without what is at fault.
    for (const fault of report.faults) console.log(`${fault.reason}: ${fault.message}`);
    await use(`${gateway}/${alias}`);
  } finally {
    await ask('DELETE', `/${id}`);
  }
}

async function ask(method, path, body) {
  const response = await fetch(new URL(`/api/v1/servers${path}`, gateway), { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
