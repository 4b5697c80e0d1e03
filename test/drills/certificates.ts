import { join } from 'node:path';
import { OwnAuthority } from '../support/own-authority';
import type { Drill, Strike } from './drill';
import type { Evening } from './evening';
import { Front } from './front';

const NAMES = 'IP:127.0.0.1';
const ENDED_YESTERDAY = -1;

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
        await evening.holdBeforeRight();
        const [first] = await evening.order(1);
        await evening.untilDone(first!, 'set-storno');
        await evening.order(1);
        front.present(authority.certify(NAMES, ENDED_YESTERDAY));
        await evening.letGo();
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
