import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { readExpiry, type Peer } from '../../src/metrics/certificates';
import { OwnAuthority, type Certified } from '../support/own-authority';

const folder = mkdtempSync(join(tmpdir(), 'absage-certificates-'));
let certified: Certified;
let server: Server;
beforeAll(() => (certified = new OwnAuthority(folder).certify('IP:127.0.0.1')));
afterEach(() => new Promise((resolve) => server.close(resolve)));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a server says before TLS: its first words, and its answer to each thing that it hears. */
const SAYS: Record<Peer['begins'], { first?: string; answers: string[] }> = {
  'at-once': { answers: [] },
  postgres: { answers: ['S'] },
  smtp: { first: '220 mail\r\n', answers: ['250-mail\r\n250 STARTTLS\r\n', '220 go ahead\r\n'] },
};

async function listen({ first, answers }: { first?: string; answers: string[] }): Promise<number> {
  const secure = (socket: Socket) =>
    new TLSSocket(socket, {
      isServer: true,
      key: readFileSync(certified.keyFile),
      cert: readFileSync(certified.certificateFile),
    }).on('error', () => {});
  const talk = async (socket: Socket) => {
    socket.on('error', () => {});
    if (first) socket.write(first);
    for (const answer of answers) {
      await once(socket, 'data');
      socket.write(answer);
    }
    secure(socket);
  };
  server = createServer((socket) => void talk(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

it.each(['at-once', 'postgres', 'smtp'] as const)(
  'reads when a certificate ends that nobody vouches for, where TLS begins %s',
  async (begins) => {
    const port = await listen(SAYS[begins]);
    const endsAtMs = await readExpiry({ name: 'mail', host: '127.0.0.1', port, begins });
    const { validTo } = new X509Certificate(readFileSync(certified.certificateFile));
    expect(endsAtMs).toBe(Date.parse(validTo));
  },
);
