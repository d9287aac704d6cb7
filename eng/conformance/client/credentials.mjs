// What the gateway is given for the scenarios of authorization, in which it is a client of its own and no user is there.

// Scenarios in which a client must not go on: the metadata are those of somebody else. The tool gives no client for them.
const refusals = new Set(['auth/resource-mismatch', 'auth/metadata-issuer-mismatch']);
const anybody = { client_id: 'a client', client_secret: 'a secret' };

export const isRefusalExpected = refusals.has(process.env.MCP_CONFORMANCE_SCENARIO);

/** The credential of a definition; undefined for servers that want none. */
export function credentialOf(scenario = process.env.MCP_CONFORMANCE_SCENARIO, context = process.env.MCP_CONFORMANCE_CONTEXT) {
  if (!scenario?.startsWith('auth/')) return undefined;
  const client = isRefusalExpected ? anybody : JSON.parse(context ?? '{}');
  return {
    type: 'client_credentials',
    clientId: client.client_id,
    clientSecret: client.client_secret,
    privateKey: client.private_key_pem,
    issuer: client.issuer,
  };
}
