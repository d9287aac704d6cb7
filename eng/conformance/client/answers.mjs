// A user who accepts everything and fills forms in with what they suggest.

export const clientInfo = { name: 'mcpregistry-conformance', version: '1.0.0' };

export const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

/** The answer to a question of the server. */
export function answer({ method, params }) {
  switch (method) {
    case 'elicitation/create':
      return params.mode === 'url' ? { action: 'accept' } : { action: 'accept', content: exampleOf(params.requestedSchema) };
    case 'sampling/createMessage':
      return { role: 'assistant', content: { type: 'text', text: 'an answer' }, model: 'none' };
    case 'roots/list':
      return { roots: [{ uri: 'file:///workspace', name: 'workspace' }] };
    default:
      throw new Error(`unknown question ${method}`);
  }
}

/** A value that a schema takes: its default if it has one. Optional properties without a type are left out. */
export function exampleOf(schema) {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const isWanted = ([name, property]) => property.type !== undefined || schema.required?.includes(name);
      return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(isWanted).map(([name, property]) => [name, exampleOf(property)]));
    }
    case 'array': return schema.items === undefined ? [] : [exampleOf(schema.items)];
    case 'boolean': return true;
    case 'integer':
    case 'number': return schema.minimum ?? 1;
    case 'null': return null;
    default: return 'text';
  }
}
