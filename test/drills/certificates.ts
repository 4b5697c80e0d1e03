import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { OwnAuthority, type Certified } from '../support/own-authority';
import type { Drill, Strike } from './drill';
import type { Evening } from './evening';

const NAMES = 'IP:127.0.0.1';
const ENDED_YESTERDAY = -1;

/** Speaks TLS before a server of the outside, with a certificate that can be exchanged. */
class Front {
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

/** The certificate ends while one case waits for its titles and one for its Storno, and is renewed when a case asks. */
function ends(
  what: string,
  {
    portOf,
    settings,
    code,
    mustRetry,
  }: {
    portOf: (evening: Evening) => number;
    settings: (port: number) => Record<string, string>;
    code: string;
    /** Whoever distrusts a mail server does not write to it again until somebody has looked. */
    mustRetry?: true;
  },
): Strike {
  return {
    what,
    options: () => ({ attentionAfterMs: 8_000 }),
    async run(evening) {
      const { stack } = evening;
      const authority = new OwnAuthority(join(stack.dataDir, 'authority'));
      const front = await Front.before(portOf(evening), authority.certify(NAMES));
      try {
        await stack.end('worker');
        const trust = { NODE_EXTRA_CA_CERTS: authority.certificateFile };
        await stack.launch('worker', { settings: { ...trust, ...settings(front.port) } });
        const [first] = await evening.order(1);
        await evening.untilDone(first!, 'set-storno');
        await evening.order(1);
        front.present(authority.certify(NAMES, ENDED_YESTERDAY));
        await evening.each((input) => evening.untilItAsks(input, code));
        await evening.person('Zertifikat erneuern', () => front.present(authority.certify(NAMES)));
        if (mustRetry)
          await evening.person('„Erneut versuchen“ bei jeder Absage', () =>
            evening.each((input) => evening.act('retry', input, 'Zertifikat erneuert')),
          );
        await evening.each((input) => evening.untilItGoesOn(input));
        await evening.order(1);
        await evening.each((input) => evening.endOf(input));
      } finally {
        front.close();
      }
    },
  };
}

export const certificates: Drill = {
  title: 'Ein Zertifikat endet',
  rows: {
    jet: ends('Das des Gateways zu Jet', {
      portOf: ({ stack }) => stack.simulatorPort,
      settings: (port) => ({ ABSAGE_JET_URL: `https://127.0.0.1:${port}/jet/v1` }),
      code: 'jet-unavailable',
    }),
    mail: ends('Das des Mailservers', {
      portOf: ({ stack }) => stack.mailPort,
      settings: (port) => ({ ABSAGE_SMTP_URL: `smtps://127.0.0.1:${port}` }),
      code: 'mail-refused',
      mustRetry: true,
    }),
  },
};
