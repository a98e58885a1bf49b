import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A web server of this machine, closed after the test. @returns its address, ending in a slash */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => answer(request, response, count++));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Answers as a good server does, from where the client wants it. */
export function sendRange(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= content.length && start > 0) response.writeHead(416).end();
  else if (start === 0) response.writeHead(200, { 'content-length': content.length }).end(content);
  else {
    const headers = { 'content-length': content.length - start, 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
    response.writeHead(206, headers).end(content.subarray(start));
  }
}
