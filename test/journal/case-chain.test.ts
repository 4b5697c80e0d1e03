import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import Database from 'libsql';
import type { CaseRow } from '../../src/domain/case-chain';
import { keyLinesOf } from '../../src/domain/installation';
import type { NewEntry } from '../../src/domain/journal';
import { findWronglySigned, readKeyChain } from '../../src/journal/key-chain';
import { isRowGenuine } from '../../src/journal/case-chain';
import { inspectJournal, openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { createSigner, Signatures } from '../../src/trust/signing';
import { addSigningKey } from '../../src/settings/signing-key';
import { openSignedJournal } from '../../src/start/signed-journal';
import { line, OPENING, OTHER_REF, REF, REFUSAL } from './lines';
import { makeSqlitePlace } from './sqlite-place';

let place: ReturnType<typeof makeSqlitePlace>;
let keyFile: string;
const opened: JournalStore[] = [];

beforeEach(() => {
  place = makeSqlitePlace();
  keyFile = `${place.path}.key`;
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
});

afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  place.remove();
});

/** The journal as another process of the service opens it. */
async function open(): Promise<JournalStore> {
  const journal = await openSignedJournal({
    databaseUrl: place.url,
    signingKeyFile: keyFile,
    dataDir: place.path,
  });
  opened.push(journal);
  return journal;
}

const refOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${100_000 + number}` });
const inspect = () => inspectJournal(place.url, { budgetMs: 60_000, ownKeys: null });
const WHOLE = { state: 'readable', chains: { broken: [], proof: { faults: [] } } };

it('enters each case with its first line, be it an opening, a refusal or anything else, and only with that', async () => {
  const journal = await open();
  const { opened: first } = (await journal.openCase(REF, OPENING)) as { opened: { hash: string } };
  await journal.append(REF, line('a'));
  await journal.append(OTHER_REF, REFUSAL);
  const abort = {
    ...line('abort', { kind: 'decision', outcome: 'accepted' }),
    operation: 'abort',
  } as NewEntry;
  await journal.claim({ ...REF, caseId: 'case-3' }, 'abort', abort);
  const rows = await journal.caseRows();
  expect(rows.map((row) => [row.number, (row as CaseRow).caseId])).toEqual([
    [0, undefined],
    [1, 'case-1'],
    [2, 'case-2'],
    [3, 'case-3'],
  ]);
  expect(await journal.caseRow(REF.caseId)).toMatchObject({ number: 1, firstHash: first.hash });
  expect(await journal.caseRow('case-4')).toBeNull();
  expect(await inspect()).toMatchObject(WHOLE);
});

it('enters nothing where the first line is not written', async () => {
  const journal = await open();
  await journal.openCase(REF, OPENING);
  expect(await journal.openCase(OTHER_REF, OPENING)).toEqual({ takenBy: REF.caseId });
  expect(await journal.caseRows()).toHaveLength(2);
});

it('has no gap and no number twice when two processes begin cases at once', async () => {
  const journals = [await open(), await open()];
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
  await Promise.all(
    numbers.map((number) =>
      journals[number % 2]!.append(refOf(number), line('opening', { kind: 'opening' })),
    ),
  );
  const rows = await journals[0]!.caseRows();
  expect(rows.map(({ number }) => number)).toEqual([0, ...numbers]);
  expect(await inspect()).toMatchObject(WHOLE);
});

it('enters the cases of before once, with the first key, as one row that stands for them', async () => {
  const before = await openJournal(place.url);
  await before.append(refOf(2), line('opening', { kind: 'opening' }));
  await before.append(refOf(1), line('opening', { kind: 'opening' }));
  expect(await before.caseRows()).toEqual([]);
  await before.close();
  const [journal, other] = await Promise.all([open(), open()]);
  await other.append(refOf(3), line('opening', { kind: 'opening' }));
  const [row] = await journal.caseRows();
  expect(row).toMatchObject({ number: 0, earlier: { count: 2 } });
  expect(await journal.caseRow('case-1')).toEqual(row);
  expect((await journal.earlierCases()).map(({ caseId }) => caseId)).toEqual(['case-1', 'case-2']);
  expect(await journal.caseRow('case-3')).toMatchObject({ number: 1 });
  await journal.append(refOf(2), line('b'));
  expect(await inspect()).toMatchObject(WHOLE);
});

/** As somebody who has the file writes past the journal. */
const writeAsThief = (write: (database: Database.Database) => void) => {
  const raw = new Database(place.path);
  const guards = raw.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) raw.exec(`drop trigger ${name}`);
  write(raw);
  for (const { sql } of guards) raw.exec(sql);
  raw.close();
};

// Otherwise whoever deletes the chain would have the rest signed as the cases of before.
it('does not begin again where somebody has deleted the chain', async () => {
  const journal = await open();
  await journal.openCase(REF, OPENING);
  writeAsThief((raw) => raw.exec('delete from case_chain'));
  await (await open()).append(OTHER_REF, REFUSAL);
  expect((await journal.caseRows()).map(({ number }) => number)).toEqual([1]);
  const faults = [
    { kind: 'row', number: 0 },
    { kind: 'no-row', head: { caseId: REF.caseId } },
  ];
  expect(await inspect()).toMatchObject({ chains: { proof: { faults } } });
});

it('is signed on with a new key, which the one before has named', async () => {
  const journal = await open();
  await journal.openCase(REF, OPENING);
  addSigningKey(keyFile);
  const later = await open();
  await later.append(OTHER_REF, REFUSAL);
  const keys = readKeyChain(keyLinesOf(await later.installationLines()))!;
  expect(keys).toMatchObject([journal.signer?.publicKey, later.signer?.publicKey]);
  const [, first, second] = await later.caseRows();
  const isBy = (row: typeof first, key: number) => isRowGenuine(row!, new Signatures([keys[key]!]));
  expect([isBy(first, 0), isBy(first, 1), isBy(second, 0), isBy(second, 1)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(await inspect()).toMatchObject(WHOLE);
});

describe('finds what a key signs that was replaced', () => {
  it('in the lines of a case that began later, and in the chain over the cases', async () => {
    const retired = await open();
    await retired.openCase(REF, OPENING);
    addSigningKey(keyFile);
    const journal = await open();
    await journal.append(OTHER_REF, REFUSAL);
    await journal.append(OTHER_REF, line('b'));
    const [, second] = await journal.entries(OTHER_REF.caseId);
    const signature = retired.signer!.sign('line', second!.hash);
    writeAsThief((raw) =>
      raw
        .prepare('update entry set signature = ? where case_id = ? and seq = 2')
        .run(signature, OTHER_REF.caseId),
    );
    expect(await inspect()).toMatchObject({ chains: { broken: [{ caseId: OTHER_REF.caseId }] } });
    const [, , row] = await journal.caseRows();
    await journal.openCase({ ...REF, caseId: 'case-9', eventNumber: '9' }, OPENING);
    const [, , , third] = await journal.caseRows();
    writeAsThief((raw) =>
      raw
        .prepare('update case_chain set signature = ? where number = 3')
        .run(retired.signer!.sign('case', third!.hash)),
    );
    expect(row?.number).toBe(2);
    expect(await inspect()).toMatchObject({ chains: { proof: { faults: [{ kind: 'row', number: 3 }] } } });
  });
});

describe('a line of a replaced key', () => {
  const since = (minute: number) => `2026-11-29T12:${String(minute).padStart(2, '0')}:00.000Z`;
  const [one, two] = [1, 2].map(() => createSigner(generateKeyPairSync('ed25519').privateKey));
  const keys = [
    { ...one!.publicKey, since: since(0) },
    { ...two!.publicKey, since: since(30) },
  ];
  const signed = (by: typeof one, minute: number) => {
    const hash = String(minute).repeat(64).slice(0, 64);
    return { at: since(minute), hash, signature: by!.sign('line', hash) };
  };

  it.each([
    ['stands before the change', [signed(one, 10), signed(two, 40)], 0],
    ['was written while the clock was set back', [signed(one, 31)], 0],
    ['is later than the change', [signed(one, 32)], 1],
    ['follows on one of the later key', [signed(two, 20), signed(one, 21)], 1],
  ])('that %s', (_where, lines, wrong) => {
    expect(findWronglySigned(lines, keys)).toHaveLength(wrong);
  });
});

it('does not believe a key that the one before has not signed', async () => {
  const journal = await open();
  const [first] = keyLinesOf(await journal.installationLines());
  const own = createSigner(generateKeyPairSync('ed25519').privateKey);
  const change = {
    actor: 'Absage',
    actorId: 'absage',
    operation: 'signing-key',
    effectKey: 'signing-key/1',
    before: first!.after,
    after: own.publicKey,
  } as const;
  await journal.appendToInstallation(change, own);
  expect(readKeyChain(keyLinesOf(await journal.installationLines()))).toBeNull();
  expect(await inspect()).toMatchObject({ chains: { proof: { faults: ['installation'] } } });
});
