import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certified } from './own-authority';

/** How a client of PostgreSQL asks for TLS, and how the server agrees. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const AGREED = 'S';

/** Speaks TLS with the clients of a PostgreSQL that was built without it. Takes no client that does not ask for TLS. */
export class TlsFront {
  private server!: Server;
  private readonly sockets = new Set<Socket>();
  private readonly secured = new Set<TLSSocket>();

  private constructor(
    private readonly port: number,
    private certified: Certified,
  ) {}

  static async before(port: number, certified: Certified): Promise<TlsFront> {
    const front = new TlsFront(port, certified);
    front.server = createServer((client) => void front.pass(client).catch(() => client.destroy()));
    await once(front.server.listen(0, '127.0.0.1'), 'listening');
    return front;
  }

  get address(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What whoever comes next is shown. */
  present(certified: Certified): void {
    this.certified = certified;
  }

  /** The protocol of each client that has accepted the certificate and is still there. */
  get protocols(): string[] {
    return [...this.secured].map((client) => client.getProtocol() ?? 'none');
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await once(this.server.close(), 'close');
  }

  private async pass(client: Socket): Promise<void> {
    this.keep(client);
    const [first] = (await once(client, 'data')) as [Buffer];
    if (!first.equals(SSL_REQUEST)) return void client.destroy();
    const { keyFile, certificateFile } = this.certified;
    // Before the answer: what the client says next is for the one that listens then.
    const encrypted = new TLSSocket(client, {
      isServer: true,
      key: readFileSync(keyFile),
      cert: readFileSync(certificateFile),
    });
    encrypted.on('error', () => client.destroy());
    client.write(AGREED);
    await once(encrypted, 'secure');
    // In TLS 1.3 a client that refuses the certificate says so only after this.
    const [hello] = (await once(encrypted, 'data')) as [Buffer];
    this.secured.add(encrypted);
    encrypted.once('close', () => this.secured.delete(encrypted));
    const database = connect(this.port, '127.0.0.1');
    this.keep(database);
    database.once('close', () => encrypted.destroy());
    encrypted.once('close', () => database.destroy());
    database.write(hello);
    encrypted.pipe(database).pipe(encrypted);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.sockets.delete(socket));
  }
}
