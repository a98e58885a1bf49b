import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and cuts their connection where a test wants it. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts the connections, the next `times`, right after the client has sent what contains `text`; the server still gets it. */
  cutAfter(text: string, times: number): void;
  /** How often it was cut. */
  readonly cuts: number;
  close(): void;
}

export function cuttingProxy(port: number): Promise<CuttingProxy> {
  let text = '';
  let left = 0;
  let cuts = 0;
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(port, 'localhost');
    open.add(client);
    for (const socket of [client, server]) socket.on('error', () => {});
    client.on('close', () => server.end());
    server.on('close', () => client.destroy());
    server.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      server.write(data);
      if (left === 0 || !data.includes(text)) return;
      left--;
      cuts++;
      client.destroy();
    });
  });
  return new Promise((done) => {
    proxy.listen(0, 'localhost', () =>
      done({
        port: (proxy.address() as AddressInfo).port,
        cutAfter(wanted, times) {
          text = wanted;
          left = times;
        },
        get cuts() {
          return cuts;
        },
        close() {
          for (const socket of open) socket.destroy();
          proxy.close();
        },
      }),
    );
  });
}
