import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isChainWhole } from '../../src/journal/chain';
import { inspectJournal, openJournal } from '../../src/journal/open';
import { placeOf, poolConfig } from '../../src/journal/postgres/connect';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import type { JournalStore } from '../../src/journal/port';
import { addSigningKey, createSigningKeyFile } from '../../src/settings/signing-key';
import { openSignedJournal } from '../../src/start/signed-journal';
import { LossyLink } from '../support/lossy-link';
import { PostgresServer } from '../support/postgres-server';
import { SIGNER } from '../support/signing';
import { line, OPENING, REF, REFUSAL } from './lines';
import { makePostgresPlace } from './postgres-place';

let postgres: PostgresServer;
let place: Awaited<ReturnType<typeof makePostgresPlace>>;
const opened: JournalStore[] = [];

async function open(url = place.url): Promise<JournalStore> {
  const journal = await openJournal(url, SIGNER);
  opened.push(journal);
  return journal;
}

const refOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${100_000 + number}` });
const inspect = (url = place.url) => inspectJournal(url, { budgetMs: 60_000, ownKeys: null });
const database = () => new URL(place.ownerUrl).pathname.slice(1);

/** The line about the first key begins the chain over the cases. */
const noteKey = (journal: JournalStore) =>
  journal.appendToInstallation({
    actor: 'test',
    actorId: null,
    operation: 'signing-key',
    effectKey: 'signing-key/0',
    before: null,
    after: SIGNER.publicKey,
  });

beforeAll(async () => {
  postgres = await PostgresServer.start();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  place = await makePostgresPlace(postgres);
});
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  await place.remove();
});

describe('several processes at once', () => {
  it('open one case of an event, and enter every case into one chain', async () => {
    const journals = await Promise.all([1, 2, 3, 4].map(() => open()));
    await noteKey(journals[0]!);
    const openings = await Promise.all(
      journals.flatMap((journal, process) =>
        Array.from({ length: 10 }, (_, number) =>
          journal.openCase({ ...refOf(number), caseId: `case-${number}-${process}` }, OPENING),
        ),
      ),
    );
    expect(openings.filter((opening) => 'opened' in opening)).toHaveLength(10);
    await Promise.all(journals.map((journal, process) => journal.append(refOf(500 + process), REFUSAL)));
    const rows = await journals[0]!.caseRows();
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, number) => number));
    expect(await inspect()).toMatchObject({
      state: 'readable',
      ownsTables: false,
      chains: { caseCount: 14, checkedCount: 14, broken: [], proof: { faults: [] } },
    });
  });

  it('write one chain of each case, whoever writes, with one first of each effect', async () => {
    const journals = await Promise.all([1, 2, 3].map(() => open()));
    const firsts = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        journals[index % 3]!.appendNew(refOf(index % 2), line(`effect/${index % 10}`)),
      ),
    );
    expect(firsts.filter((first) => first !== null)).toHaveLength(10);
    for (const number of [0, 1])
      expect(isChainWhole(await journals[0]!.entries(refOf(number).caseId))).toBe(true);
  });

  it('sign nothing any more with a key that one of them replaces meanwhile', async () => {
    const keyFile = join(mkdtempSync(join(tmpdir(), 'absage-keys-')), 'signing.pem');
    createSigningKeyFile(keyFile);
    const settings = { databaseUrl: place.url, signingKeyFile: keyFile, dataDir: dirname(keyFile) };
    const start = async () => {
      const journal = await openSignedJournal(settings);
      opened.push(journal);
      return journal;
    };
    const retired = await Promise.all([start(), start()]);
    addSigningKey(keyFile);
    const writing = Promise.allSettled(
      Array.from({ length: 200 }, async (_, number) => {
        await setImmediate();
        return retired[number % 2]!.openCase(refOf(number), OPENING);
      }),
    );
    const journal = await start();
    await journal.openCase(refOf(1_000), OPENING);
    const ends = await writing;
    const written = ends.filter(({ status }) => status === 'fulfilled').length;
    expect(await inspect()).toMatchObject({
      chains: { caseCount: written + 1, broken: [], proof: { faults: [] } },
    });
    await expect(retired[0]!.append(refOf(1_000), line('late'))).rejects.toMatchObject({
      code: 'journal-unavailable',
    });
    rmSync(dirname(keyFile), { recursive: true });
  });
});

describe('a database that goes away', () => {
  it('and crashes under all writers is written to again, and every acknowledged line is there', async () => {
    const journals = await Promise.all([1, 2, 3].map(() => open()));
    await journals[0]!.append(refOf(0), line('before'));
    const writing = Promise.all(
      Array.from({ length: 90 }, (_, index) =>
        journals[index % 3]!.appendNew(refOf(index % 9), line(`effect/${index}`)),
      ),
    );
    await postgres.crash();
    await postgres.start();
    const lines = await writing;
    expect(lines.filter((written) => written === null)).toEqual([]);
    const kept = await Promise.all(
      Array.from({ length: 9 }, (_, number) => journals[0]!.entries(refOf(number).caseId)),
    );
    expect(new Set(kept.flat().map(({ hash }) => hash))).toEqual(
      new Set([kept[0]![0]!.hash, ...lines.map((written) => written!.hash)]),
    );
    expect(kept.every(isChainWhole)).toBe(true);
  });
});

describe('a commit whose answer is lost', () => {
  let link: LossyLink;
  beforeEach(async () => {
    link = await LossyLink.before(postgres.port);
  });
  afterEach(() => link.close());

  const openThrough = () => {
    const url = new URL(place.url);
    url.port = String(link.port);
    return open(url.href);
  };

  it('was done, and is told as done: nobody else has begun that effect', async () => {
    const journal = await openThrough();
    await journal.append(REF, line('before'));
    link.loseNextCommit();
    expect(await journal.appendNew(REF, line('mail'))).toMatchObject({ seq: 2, effectKey: 'mail' });
    expect(link.lost).toBe(1);
    expect(await journal.appendNew(REF, line('mail'))).toBeNull();
    expect(await journal.entries(REF.caseId)).toHaveLength(2);
  });

  it('and whose outcome stays unknown for too long is nobody else’s for the next attempt here, once', async () => {
    const journal = await openThrough();
    await journal.append(REF, line('before'));
    link.loseNextCommit({ andStayDown: true });
    await expect(journal.appendNew(REF, line('mail'))).rejects.toMatchObject({ code: 'journal-unavailable' });
    link.up();
    const another = await open();
    expect(await another.appendNew(REF, line('mail'))).toBeNull();
    const [first, second] = await Promise.all([
      journal.appendNew(REF, line('mail')),
      journal.appendNew(REF, line('mail')),
    ]);
    expect([first, second]).toEqual([expect.objectContaining({ seq: 2 }), null]);
  });
});

// It used to be "permission denied for schema public" alone.
it('names the setting of the owner when a role that may not make the tables is to make them', async () => {
  const ownerUrl = await postgres.createDatabase();
  const name = new URL(ownerUrl).pathname.slice(1);
  postgres.query('revoke create on schema public from public', name);
  const url = postgres.url(name, 'absage_service');
  await expect(migratePostgres(url, url)).rejects.toThrow(
    /^PostgreSQL .* \(Rolle absage_service\) darf die Tabellen des Logbuchs nicht anlegen oder ändern: bitte .* ABSAGE_DATABASE_OWNER_URL .* \(permission denied for schema public\)$/,
  );
  postgres.query(`drop database "${name}" with (force)`);
});

describe('append-only', () => {
  it.each(['entry', 'claim', 'case_chain'])('whoever connects, for %s', async (table) => {
    const journal = await open();
    await noteKey(journal);
    await journal.claim(REF, 'storno', line('a'));
    for (const change of [`update ${table} set case_id = 'x'`, `delete from ${table}`, `truncate ${table}`])
      expect(() => postgres.query(change, database())).toThrow('the journal is append-only');
  });

  it('as the role of the service: not even the right to try, nor to take the guard away', async () => {
    const as = (sql: string) => () => postgres.query(`set role absage_service; ${sql}`, database());
    expect(as('delete from entry')).toThrow('permission denied');
    expect(as('alter table entry disable trigger all')).toThrow('must be owner');
    expect(as('drop table entry')).toThrow('must be owner');
    expect(as("update listed_case set state = 'open'")).toThrow('permission denied');
  });

  it('and says which guard is gone, switched off, exchanged, or none of ours', async () => {
    for (const [change, name] of [
      ['drop trigger entry_no_change on entry', 'entry_no_change'],
      ['alter table claim disable trigger claim_no_truncate', 'claim_no_truncate'],
      [
        'create function nothing() returns trigger language plpgsql as $$ begin return new; end $$;' +
          'create trigger mine before insert on entry for each row execute function nothing()',
        'mine',
      ],
      [
        'create or replace trigger case_chain_no_change before update or delete on case_chain for each row execute function nothing();' +
          'alter table case_chain enable always trigger case_chain_no_change',
        'case_chain_no_change',
      ],
    ] as const) {
      postgres.query(change, database());
      expect(await inspect()).toMatchObject({ state: 'unguarded', triggers: expect.arrayContaining([name]) });
    }
  });
});

describe('looked at from outside', () => {
  it('names a database that nobody has prepared, and starts nothing there', async () => {
    const url = await postgres.createDatabase();
    expect(await inspect(url)).toMatchObject({ state: 'unmigrated' });
    await expect(openJournal(url)).rejects.toThrow('absage journal migrate');
  });

  it('notices that the service owns the tables', async () => {
    const url = await postgres.createDatabase();
    await migratePostgres(url, url);
    expect(await inspect(url)).toMatchObject({ state: 'readable', ownsTables: true });
  });

  it('is unreachable while it is away', async () => {
    await postgres.halt();
    try {
      expect(await inspect()).toMatchObject({ state: 'unreachable' });
    } finally {
      await postgres.start();
    }
  });

  it('takes what came later as it is, twice', async () => {
    await migratePostgres(place.ownerUrl, place.url);
    await migratePostgres(place.ownerUrl, place.url);
    expect(await inspect()).toMatchObject({ state: 'readable' });
  });
});

describe('the address', () => {
  it('is encrypted, by a name that is proven, everywhere but on this machine', () => {
    expect(poolConfig('postgres://absage@db.example.test/absage').ssl).toEqual({ rejectUnauthorized: true });
    expect(poolConfig('postgres://absage@127.0.0.1:5433/absage')).toMatchObject({ ssl: false, port: 5433 });
  });

  it('is shown without its password', () => {
    const place = placeOf('postgres://absage:canary@db.example.test:5433/absage');
    expect(place).toBe('PostgreSQL db.example.test:5433/absage (Rolle absage)');
  });
});
