import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectJournal, openJournal } from '../../src/journal/open';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import { databaseUrl } from '../../src/settings/values';
import { eventually } from '../support/eventually';
import { OwnAuthority, type Certified } from '../support/own-authority';
import { PostgresServer } from '../support/postgres-server';
import { SIGNER } from '../support/signing';
import { OPENING, REF } from './lines';
import { findWithTls, startBehindFront, startWithOwnTls, type TlsPlace } from './tls-places';

/*
 * The way to a PostgreSQL on another machine, with a server that really speaks TLS. It is on this machine, where
 * `sslrootcert` or `sslmode` make its address as strict as any other one.
 */

const folder = mkdtempSync(join(tmpdir(), 'absage-tls-'));
// PostgreSQL's user, who is not root, has to get through to the key.
chmodSync(folder, 0o711);
const authority = new OwnAuthority(join(folder, 'own'));
const stranger = new OwnAuthority(join(folder, 'stranger'));
afterAll(() => rmSync(folder, { recursive: true }));

function withParameters(text: string, parameters: Record<string, string>, host = '127.0.0.1'): string {
  const url = new URL(text);
  url.hostname = host;
  url.search = new URLSearchParams(parameters).toString();
  return url.href;
}

const bin = findWithTls();
if (!bin)
  process.stderr.write(
    'SKIPPED: TLS of PostgreSQL itself, as none here was built with it: apt-get install postgresql\n',
  );

const SERVERS: [name: string, start: (certified: Certified) => Promise<TlsPlace>][] = [
  ['a front that speaks TLS before PostgreSQL', (certified) => startBehindFront(folder, certified)],
  ...(bin
    ? [
        [
          `PostgreSQL with its own TLS (${bin})`,
          (certified: Certified) => startWithOwnTls(bin, folder, certified),
        ] as (typeof SERVERS)[number],
      ]
    : []),
];

describe.each(SERVERS)('%s', (_name, start) => {
  let place: TlsPlace;
  const url = (parameters: Record<string, string>, host?: string) =>
    withParameters(place.url, parameters, host);
  const trusted = (host?: string) => url({ sslrootcert: authority.certificateFile }, host);
  const distrusted = () => url({ sslrootcert: stranger.certificateFile });

  beforeAll(async () => {
    place = await start(authority.certify('IP:127.0.0.1'));
  });
  afterAll(() => place?.stop());

  describe('with a certificate for its address, from an authority of our own', () => {
    it('takes the tables and lines over TLS', async () => {
      await migratePostgres(trusted(), trusted());
      const journal = await openJournal(trusted(), SIGNER);
      await journal.append(REF, OPENING);
      expect(place.protocols()).toContain('TLSv1.3');
      expect(await journal.entries(REF.caseId)).toHaveLength(1);
      await journal.close();
    });

    it('is refused where another authority is the one that counts, and gets no log-in', async () => {
      // The connection of the test before is there until PostgreSQL has noticed its end.
      await eventually(
        () => place.protocols(),
        (left) => left.length === 0,
      );
      await expect(openJournal(distrusted())).rejects.toThrow(/certificate/);
      expect(place.protocols()).toEqual([]);
    });

    it('is refused where no authority is named: those of the machine do not know ours', async () => {
      await expect(openJournal(url({ sslmode: 'verify-full' }))).rejects.toThrow(/certificate/);
    });

    it('is refused under a name that the certificate does not have', async () => {
      await expect(openJournal(trusted('localhost'))).rejects.toThrow(/altnames/);
    });

    it('is out of reach for the doctor who trusts another authority, and he says why', async () => {
      const inspection = await inspectJournal(distrusted(), { budgetMs: 60_000, ownKeys: null });
      const reason = expect.stringContaining('certificate') as string;
      expect(inspection).toMatchObject({ state: 'unreachable', reason });
    });
  });

  describe('with a certificate for a name', () => {
    beforeAll(() => place.present(authority.certify('DNS:localhost')));

    it('is believed under that name', async () => {
      const journal = await openJournal(trusted('localhost'), SIGNER);
      expect(place.protocols()).toContain('TLSv1.3');
      await journal.close();
    });

    it('is refused under its address', async () => {
      await expect(openJournal(trusted())).rejects.toThrow(/altnames/);
    });
  });
});

it('a server that speaks no TLS is refused, and gets no log-in', async () => {
  const deaf = await PostgresServer.start({ settings: { log_connections: 'on' } });
  try {
    const url = withParameters(deaf.url(), { sslrootcert: authority.certificateFile });
    await expect(openJournal(url)).rejects.toThrow(/does not support SSL/);
    expect(deaf.log()).not.toContain('connection authorized');
  } finally {
    await deaf.stop();
  }
});

const ANYWHERE = 'postgres://absage@db.example/absage';

it.each(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'no-verify', ''])(
  'the settings refuse sslmode=%s, which would believe whoever answers',
  (sslmode) => {
    expect(databaseUrl.safeParse(withParameters(ANYWHERE, { sslmode })).success).toBe(false);
  },
);

it('the settings take sslmode=verify-full, which holds anyway', () => {
  expect(databaseUrl.safeParse(withParameters(ANYWHERE, { sslmode: 'verify-full' })).success).toBe(true);
});
