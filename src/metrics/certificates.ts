import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import type { Logger } from '../observability';
import type { Sample } from './metrics';

/** Whose certificate is looked at, and how its TLS begins. */
export interface Peer {
  name: 'console' | 'database' | 'jet' | 'log-in' | 'mail' | 'temporal';
  host: string;
  port: number;
  begins: 'at-once' | 'smtp' | 'postgres';
}

/** Certificates change seldom, and nobody likes to be knocked at for each scrape. */
const EVERY_MS = 60 * 60_000;
const PATIENCE_MS = 10_000;

/** Looks at the certificates now and every hour. One that cannot be seen is left out, which is said once. */
export function watchCertificates(
  peers: readonly Peer[],
  logger: Pick<Logger, 'warn'>,
): { samples(): Promise<Sample[]>; stop(): void } {
  const ends = new Map<string, number>();
  const unseen = new Set<string>();
  const look = async (peer: Peer) => {
    try {
      ends.set(peer.name, await readExpiry(peer));
      unseen.delete(peer.name);
    } catch (error) {
      ends.delete(peer.name);
      if (!unseen.has(peer.name))
        logger.warn({ err: error, peer: peer.name }, 'the certificate cannot be seen');
      unseen.add(peer.name);
    }
  };
  let looked: Promise<unknown>;
  const lookAtAll = () => {
    looked = Promise.all(peers.map(look));
  };
  lookAtAll();
  const timer = setInterval(lookAtAll, EVERY_MS).unref();
  return {
    async samples() {
      await looked;
      return [...ends].map(([peer, endsAtMs]) => ({
        labels: { peer },
        value: (endsAtMs - Date.now()) / 1_000,
      }));
    },
    stop: () => clearInterval(timer),
  };
}

/** When the certificate of a peer ends, in milliseconds since 1970. One that is not trusted is read all the same. */
export async function readExpiry({ host, port, begins }: Peer): Promise<number> {
  const plain = connectPlain({ host, port });
  const timer = setTimeout(() => plain.destroy(new Error('no certificate in time')), PATIENCE_MS);
  try {
    await once(plain, 'connect');
    await BEGINNINGS[begins](plain);
    // Nothing is said to it and nothing that it says is believed: only when its certificate ends is read.
    const secured = connectTls({
      socket: plain,
      rejectUnauthorized: false,
      ...(!isIP(host) && { servername: host }),
    });
    await once(secured, 'secureConnect');
    const { valid_to: validTo } = secured.getPeerCertificate();
    secured.destroy();
    const endsAtMs = Date.parse(validTo ?? '');
    if (Number.isNaN(endsAtMs)) throw new Error('no certificate was shown');
    return endsAtMs;
  } finally {
    clearTimeout(timer);
    plain.destroy();
  }
}

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** What is said in the clear before TLS begins. */
const BEGINNINGS: Record<Peer['begins'], (socket: Socket) => Promise<void>> = {
  'at-once': async () => {},
  async postgres(socket) {
    socket.write(SSL_REQUEST);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (answer.toString('latin1') !== 'S') throw new Error('the database does not offer TLS');
  },
  async smtp(socket) {
    await smtpReply(socket, '220');
    socket.write('EHLO [127.0.0.1]\r\n');
    await smtpReply(socket, '250');
    socket.write('STARTTLS\r\n');
    await smtpReply(socket, '220');
  },
};

/** The last line of a reply has a blank behind its code. */
async function smtpReply(socket: Socket, expected: string): Promise<void> {
  let said = '';
  while (!/^\d{3} .*\r?\n$/m.test(said)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    said += chunk.toString('latin1');
  }
  const code = /^(\d{3}) /m.exec(said)?.[1];
  if (code !== expected) throw new Error(`the mail server answers ${code} where ${expected} was expected`);
}
