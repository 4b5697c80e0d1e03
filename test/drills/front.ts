import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certified } from '../support/own-authority';

/** Speaks TLS before a server of the outside, with a certificate that can be exchanged. */
export class Front {
  private readonly sockets = new Set<TLSSocket>();
  private constructor(private readonly server: Server) {}

  static async before(port: number, certified: Certified): Promise<Front> {
    const server = createServer(contextOf(certified));
    const front = new Front(server);
    server.on('secureConnection', (client) => {
      front.sockets.add(client);
      const inner = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [client, inner],
        [inner, client],
      ] as const) {
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    server.on('tlsClientError', () => {});
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return front;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Shows whoever comes from now on another certificate, and ends what is open, as a proxy does that loads its files anew. */
  present(certified: Certified): void {
    this.server.setSecureContext(contextOf(certified));
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

function contextOf({ keyFile, certificateFile }: Certified) {
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
}
