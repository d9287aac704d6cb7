// node --import ./loopback-only.mjs SERVER: servers that listen on all interfaces listen on 127.0.0.1 instead.
// server-everything has no setting for it. Port 0 is allowed; the port taken is printed to stderr as "loopback port N".
import net from 'node:net';

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (...args) {
  if (typeof args[0] === 'number' || typeof args[0] === 'string' && /^\d+$/.test(args[0])) {
    const rest = args.slice(1).filter((argument) => typeof argument === 'function');
    this.once('listening', () => console.error(`loopback port ${this.address().port}`));
    return listen.call(this, { port: Number(args[0]), host: '127.0.0.1' }, ...rest);
  }
  if (args[0] !== null && typeof args[0] === 'object' && 'port' in args[0]) {
    return listen.call(this, { ...args[0], host: '127.0.0.1' }, ...args.slice(1));
  }
  return listen.apply(this, args);
};
