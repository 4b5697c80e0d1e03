import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** PostgreSQL's answer to a COMMIT that was done begins like this. */
const DONE = Buffer.from('C\0\0\0\x0bCOMMIT\0', 'latin1');

/**
 * Stands between a client and PostgreSQL, and can lose one answer to a COMMIT: the database has done it, and the client hears
 * nothing of it any more.
 */
export class LossyLink {
  private willLose = false;
  private isDown = false;
  private readonly sockets = new Set<Socket>();
  private server!: Server;

  /** How many answers were lost. */
  lost = 0;

  static async before(port: number): Promise<LossyLink> {
    const link = new LossyLink();
    link.server = createServer((client) => link.pass(client, port)).listen(0, '127.0.0.1');
    await once(link.server, 'listening');
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  loseNextCommit({ andStayDown = false } = {}): void {
    this.willLose = true;
    this.stayDown = andStayDown;
  }

  private stayDown = false;

  up(): void {
    this.isDown = false;
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private pass(client: Socket, port: number): void {
    const database = connect(port, '127.0.0.1');
    for (const socket of [client, database]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    if (this.isDown) return void client.destroy();
    client.pipe(database);
    database.on('data', (answer) => {
      if (this.willLose && answer.includes(DONE)) {
        this.willLose = false;
        this.isDown = this.stayDown;
        this.lost += 1;
        this.cutAll();
      } else client.write(answer);
    });
  }
}
