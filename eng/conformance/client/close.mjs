// Preload for the conformance tool: ends its servers at once. Some connections of the gateway's pool wait for a first request,
// which Node does not count as idle, so that a server would take a minute to close.
import { Server } from 'node:http';

const { close } = Server.prototype;
Server.prototype.close = function closeAtOnce(...parameters) {
  const closed = close.apply(this, parameters);
  this.closeAllConnections();
  return closed;
};
