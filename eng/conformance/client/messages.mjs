// What both eras have in common on the wire.

/** An error that the other side answered. */
export class AnsweredError extends Error {
  constructor({ code, message, data }) {
    super(`${code} ${message}${data === undefined ? '' : ` ${JSON.stringify(data)}`}`);
    this.code = code;
  }
}

/** The messages of a response, as they come. */
export async function* readMessages(response) {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    yield JSON.parse(await response.text());
    return;
  }
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
      if (data.trim() !== '') yield JSON.parse(data);
    }
  }
}

export async function post(url, headers, message) {
  return await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

/** The result of a request among the messages of its response; `onQuestion(message)` gets requests that precede it. */
export async function readResult(response, id, onQuestion) {
  for await (const message of readMessages(response)) {
    if (message.method !== undefined) {
      if (message.id !== undefined) await onQuestion(message);
    } else if (message.id === id) {
      if (message.error !== undefined) throw new AnsweredError(message.error);
      return message.result;
    }
  }
  throw new Error(`HTTP ${response.status} without an answer to ${id}`);
}
