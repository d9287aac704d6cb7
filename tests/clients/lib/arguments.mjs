// URL [KEY] [--sse] [--call NAME JSON] [--read URI] [--prompt NAME JSON] [--progress] [--cancel-after MS]
//   [--header NAME VALUE] [--timeout MS] [-- COMMAND ARGS...]
// A KEY of "-" sends no Authorization. After "--" stands a stdio server, and URL is then ignored ("stdio" by custom).
const usage = 'usage: URL [KEY|-] [--sse] [--call NAME JSON] [--read URI] [--prompt NAME JSON] [--progress] '
  + '[--cancel-after MS] [--header NAME VALUE] [--timeout MS] [-- COMMAND ARGS...]';

export function parseArguments(argv) {
  const options = { headers: {}, timeout: 60_000, progress: false, sse: false };
  const positional = [];
  const rest = [...argv];
  const next = (name) => {
    if (rest.length === 0) {
      throw new Error(`${name} needs a value; ${usage}`);
    }
    return rest.shift();
  };

  while (rest.length > 0) {
    const word = rest.shift();
    switch (word) {
      case '--': options.command = rest.splice(0); break;
      case '--sse': options.sse = true; break;
      case '--progress': options.progress = true; break;
      case '--call': options.call = { name: next(word), arguments: JSON.parse(next(word)) }; break;
      case '--prompt': options.prompt = { name: next(word), arguments: JSON.parse(next(word)) }; break;
      case '--read': options.read = { uri: next(word) }; break;
      case '--cancel-after': options.cancelAfter = Number(next(word)); break;
      case '--timeout': options.timeout = Number(next(word)); break;
      case '--header': options.headers[next(word)] = next(word); break;
      default:
        if (word.startsWith('--')) {
          throw new Error(`unknown option ${word}; ${usage}`);
        }
        positional.push(word);
    }
  }

  const [url, key] = positional;
  if (!url) {
    throw new Error(usage);
  }
  if (key && key !== '-') {
    options.headers.Authorization = `Bearer ${key}`;
  }
  return { url, ...options };
}
