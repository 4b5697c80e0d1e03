import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

/** A key with its self-signed certificate for `127.0.0.1`, which no authority vouches for. */
export const TEST_CERTIFICATE = readFileSync(join(__dirname, 'test-only-certificate.pem'), 'utf8');

/** One action of the server. */
export type Move = (peer: Peer) => void;

/**
 * The server's actions when the client has reached a point. `text begins` is the first byte of the mail, `text` is its
 * end with the dot. `RCPT 2` is the second recipient, and so on; where there is no such entry, `RCPT` applies.
 */
export type Script = Partial<Record<Point, readonly Move[]>>;
export type Point =
  | 'greeting'
  | 'EHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | `RCPT ${number}`
  | 'DATA'
  | 'text begins'
  | 'text';

export const say =
  (...lines: string[]): Move =>
  (peer) =>
    peer.write(lines.map((line) => `${line}\r\n`).join(''));

/** Sends bytes that are no line: half a reply, or no reply at all. */
export const garble =
  (bytes: string): Move =>
  (peer) =>
    peer.write(bytes);

/** Sends a byte now and then, for ever: never silent, never done. */
export const drip =
  (everyMs: number): Move =>
  (peer) =>
    peer.drip(everyMs);

/** Sends as many lines of one reply as the client will take. */
export const flood: Move = (peer) => peer.flood();

/** Hangs up. The replies sent before still arrive. */
export const drop: Move = (peer) => peer.drop();

/** Reads and sends nothing any more, and does not hang up. */
export const silence: Move = (peer) => peer.ignore();

/** Performs the TLS handshake, as the server. */
export const encrypt: Move = (peer) => peer.encrypt();

const AGREEABLE = {
  greeting: [say('220 scripted')],
  EHLO: [say('250-scripted', '250-PIPELINING', '250 8BITMIME')],
  STARTTLS: [say('220 go ahead'), encrypt],
  AUTH: [say('235 welcome')],
  MAIL: [say('250 sender fine')],
  RCPT: [say('250 recipient fine')],
  DATA: [say('354 go ahead')],
  'text begins': [],
  text: [say('250 kept')],
} satisfies Script;

/** A mail server on a real socket that follows a test's script, however wrong, and agrees where there is no script. */
export class ScriptedSmtp {
  /** Every command line, encrypted or not, in the order of arrival. */
  readonly commands: string[] = [];
  /** Every text that was received up to its dot, without the dot. */
  readonly texts: string[] = [];
  connections = 0;

  private readonly peers = new Set<Peer>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'smtp' | 'smtps',
  ) {}

  static async start(script: Script = {}, { isImplicitTls = false } = {}): Promise<ScriptedSmtp> {
    const accept = (socket: Socket) => smtp.accept(socket, script);
    const server = isImplicitTls
      ? createTlsServer({ key: TEST_CERTIFICATE, cert: TEST_CERTIFICATE }, accept).on(
          'tlsClientError',
          () => {},
        )
      : createServer(accept);
    const smtp = new ScriptedSmtp(server, isImplicitTls ? 'smtps' : 'smtp');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return smtp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `host` is the name that the client uses, `credentials` is `user:password`. */
  url(host = '127.0.0.1', credentials?: string): string {
    return `${this.scheme}://${credentials ? `${credentials}@` : ''}${host}:${this.port}`;
  }

  async stop(): Promise<void> {
    this.peers.forEach((peer) => peer.end());
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket, script: Script): void {
    this.connections += 1;
    const peer = new Peer(socket, script, this);
    this.peers.add(peer);
    socket.on('close', () => this.peers.delete(peer));
  }
}

/** One client of the server. */
class Peer {
  private unread = '';
  private pointNow: Point | undefined;
  private isText = false;
  private hasTextBegun = false;
  private isIgnoring = false;
  private recipients = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private socket: Socket,
    private readonly script: Script,
    private readonly log: { commands: string[]; texts: string[] },
  ) {
    socket.setNoDelay(true);
    this.listen();
    this.perform('greeting');
  }

  write(text: string): void {
    if (/^[23]/.test(text) && this.pointNow === 'DATA') this.isText = true;
    this.socket.write(text);
  }

  drip(everyMs: number): void {
    this.timer = setInterval(() => this.socket.write('2'), everyMs);
  }

  flood(): void {
    const lines = '250-and another thing\r\n'.repeat(1_000);
    const pour = () => {
      while (!this.socket.destroyed && this.socket.write(lines));
    };
    this.socket.on('drain', pour);
    pour();
  }

  ignore(): void {
    this.isIgnoring = true;
    this.socket.pause();
  }

  drop(): void {
    this.isIgnoring = true;
    this.socket.destroySoon();
  }

  encrypt(): void {
    this.socket.removeAllListeners('data');
    this.socket = new TLSSocket(this.socket, {
      isServer: true,
      key: TEST_CERTIFICATE,
      cert: TEST_CERTIFICATE,
    });
    this.listen();
  }

  end(): void {
    clearInterval(this.timer);
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.on('error', () => {});
    this.socket.on('close', () => clearInterval(this.timer));
    this.socket.on('data', (chunk) => this.read(chunk.toString('latin1')));
  }

  private read(chunk: string): void {
    this.unread += chunk;
    if (this.isText && !this.hasTextBegun) {
      this.hasTextBegun = true;
      this.perform('text begins');
    }
    for (;;) {
      if (this.isIgnoring) return;
      // A text may have no line at all.
      const isEmptyText = this.isText && this.unread.startsWith('.\r\n');
      const end = isEmptyText ? '.\r\n' : this.isText ? '\r\n.\r\n' : '\r\n';
      const length = this.unread.indexOf(end);
      if (length < 0) return;
      const piece = this.unread.slice(0, length);
      this.unread = this.unread.slice(length + end.length);
      if (this.isText) this.hearText(piece);
      else this.hearCommand(piece);
    }
  }

  private hearText(text: string): void {
    this.isText = false;
    this.log.texts.push(Buffer.from(`${text}\r\n`, 'latin1').toString('utf8').replace(/^\./gm, ''));
    this.perform('text');
  }

  private hearCommand(line: string): void {
    this.log.commands.push(line);
    const verb = line.split(/[ :]/, 1)[0] ?? '';
    if (verb === 'RCPT') this.recipients += 1;
    if (verb in AGREEABLE) this.perform(verb as keyof typeof AGREEABLE);
    else this.socket.write('500 what?\r\n');
  }

  private perform(point: keyof typeof AGREEABLE): void {
    this.pointNow = point;
    const ownMoves = point === 'RCPT' ? this.script[`RCPT ${this.recipients}`] : undefined;
    for (const move of ownMoves ?? this.script[point] ?? AGREEABLE[point]) move(this);
    this.pointNow = undefined;
  }
}
