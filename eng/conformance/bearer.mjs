// Preload for the conformance tools, which know no credentials: gives CONFORMANCE_KEY along with every request to this machine.
import diagnostics from 'node:diagnostics_channel';

const bearer = `Bearer ${process.env.CONFORMANCE_KEY}`;
const isHere = (host) => host === '127.0.0.1' || host === 'localhost';

// fetch, and the undici that the tools bring along.
diagnostics.subscribe('undici:request:create', ({ request }) => {
  if (isHere(new URL(request.origin).hostname)) request.addHeader('Authorization', bearer);
});

// node:http
diagnostics.subscribe('http.client.request.created', ({ request }) => {
  if (isHere(request.host)) request.setHeader('Authorization', bearer);
});
