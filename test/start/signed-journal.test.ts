import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { ABSAGE } from '../../src/domain/actor';
import { keyLinesOf, type InstallationLine } from '../../src/domain/installation';
import type { PublicKey } from '../../src/domain/signature';
import { isChainWhole } from '../../src/journal/chain';
import { openJournal } from '../../src/journal/open';
import type { Db } from '../../src/journal/sql/rows';
import { GroupCommit } from '../../src/journal/sql/group-commit';
import type { Hold } from '../../src/journal/sql/writer';
import { ConfigError } from '../../src/settings/environment';
import { addSigningKey, createSigningKeyFile } from '../../src/settings/signing-key';
import { openSignedJournal } from '../../src/start/signed-journal';
import { Signatures } from '../../src/trust/signing';
import { line, REF } from '../journal/lines';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'absage-signed-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const databaseUrl = () => pathToFileURL(at('journal.sqlite')).href;

function keyFile(name: string): string {
  createSigningKeyFile(at(name));
  return at(name);
}

/** Starts and stops a process with this file of keys, which writes one line. Resolves to the key that signs. */
async function start(signingKeyFile: string, effectKey = 'a'): Promise<PublicKey> {
  const journal = await openSignedJournal({ databaseUrl: databaseUrl(), signingKeyFile, dataDir: folder });
  await journal.append(REF, line(effectKey));
  await journal.close();
  return journal.signer.publicKey;
}

async function look<T>(read: (journal: Awaited<ReturnType<typeof openJournal>>) => Promise<T>): Promise<T> {
  const journal = await openJournal(databaseUrl());
  return read(journal).finally(() => journal.close());
}

const installationLines = () => look((journal) => journal.installationLines());

const refusal = async (signingKeyFile: string) => {
  const error: unknown = await start(signingKeyFile, 'refused').catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error('it was not refused');
  return error.faults.join();
};

const isSignedBy = (key: PublicKey, { hash, signature }: Pick<InstallationLine, 'hash' | 'signature'>) =>
  new Signatures([key]).isGenuine('line', hash, signature);

/** Lets nobody write before that many want to: each has then read what was there before. */
function holdFirstWrites(count: number) {
  let [arrived, release] = [0, () => {}];
  const all = new Promise<void>((resolve) => (release = resolve));
  const { write } = GroupCommit.prototype;
  return jest.spyOn(GroupCommit.prototype, 'write').mockImplementation(async function <T>(
    this: GroupCommit,
    hold: Hold,
    work: (transaction: Db) => Promise<T>,
  ) {
    if ((arrived += 1) === count) release();
    await all;
    return write.call(this, hold, work) as Promise<T>;
  });
}

it('notes the first key, in the chain of the installation and signed with itself', async () => {
  const key = await start(keyFile('signing.pem'));
  const lines = await installationLines();
  expect(lines).toMatchObject([
    { ...ABSAGE, operation: 'signing-key', caseId: 'installation', seq: 1, before: null, after: key },
  ]);
  expect(isSignedBy(key, lines[0]!)).toBe(true);
  const [written] = await look((journal) => journal.entries(REF.caseId));
  expect(isSignedBy(key, written!)).toBe(true);
});

it('notes a key once, for all processes and for good', async () => {
  const file = keyFile('signing.pem');
  const meeting = holdFirstWrites(3);
  await Promise.all([start(file), start(file), start(file)]);
  meeting.mockRestore();
  await start(file);
  expect(await installationLines()).toHaveLength(1);
});

it('makes one key for processes of a rehearsal that start at once', async () => {
  const open = () =>
    openSignedJournal({ databaseUrl: databaseUrl(), signingKeyFile: null, dataDir: at('data') });
  const journals = await Promise.all([open(), open()]);
  expect(new Set(journals.map(({ signer }) => signer.publicKey.fingerprint)).size).toBe(1);
  for (const journal of journals) await journal.close();
  expect(await installationLines()).toHaveLength(1);
});

it('takes the first of two foreign keys that come at once, and refuses the other', async () => {
  const meeting = holdFirstWrites(2);
  const outcomes = await Promise.allSettled([start(keyFile('one.pem'), 'a'), start(keyFile('two.pem'), 'b')]);
  meeting.mockRestore();
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await installationLines()).toHaveLength(1);
});

it('has a new key named by the one before, which signs that line', async () => {
  const file = keyFile('signing.pem');
  const first = await start(file, 'a');
  addSigningKey(file);
  const second = await start(file, 'b');
  addSigningKey(file);
  const third = await start(file, 'c');
  const lines = await installationLines();
  expect(keyLinesOf(lines).map(({ after }) => after)).toEqual([first, second, third]);
  expect(lines.slice(1)).toMatchObject([
    { before: first, after: second },
    { before: second, after: third },
  ]);
  expect(isSignedBy(first, lines[1]!)).toBe(true);
  expect(isSignedBy(second, lines[1]!)).toBe(false);
  expect(isSignedBy(second, lines[2]!)).toBe(true);
  expect(isChainWhole(lines)).toBe(true);
  const entries = await look((journal) => journal.entries(REF.caseId));
  expect(entries.map((entry) => [first, second, third].findIndex((key) => isSignedBy(key, entry)))).toEqual([
    0, 1, 2,
  ]);
});

it('writes nothing any more with a key that was replaced meanwhile', async () => {
  const signingKeyFile = keyFile('signing.pem');
  const running = await openSignedJournal({ databaseUrl: databaseUrl(), signingKeyFile, dataDir: folder });
  await running.append(REF, line('a'));
  addSigningKey(signingKeyFile);
  await start(signingKeyFile, 'b');
  await expect(running.append(REF, line('c'))).rejects.toThrow('start it again');
  await running.close();
  expect(await look((journal) => journal.entries(REF.caseId))).toHaveLength(2);
});

it('is refused without the key that has signed so far, and nothing is written', async () => {
  const { fingerprint } = await start(keyFile('signing.pem'));
  const before = readFileSync(at('journal.sqlite'));
  const said = await refusal(keyFile('other.pem'));
  expect(said).toContain(at('other.pem'));
  expect(said).toContain(fingerprint);
  expect(said).toContain('absage keys rotate-signing');
  expect(readFileSync(at('journal.sqlite')).equals(before)).toBe(true);
});

it('is refused to a process that still has the file from before a change', async () => {
  const file = keyFile('signing.pem');
  await start(file);
  writeFileSync(at('old.pem'), readFileSync(file), { mode: 0o600 });
  addSigningKey(file);
  const { fingerprint } = await start(file, 'b');
  expect(await refusal(at('old.pem'))).toContain(fingerprint);
});

// It used to go back: then every line that followed counted as that of somebody who had stolen the earlier key.
it('does not go back to a key that was replaced, and notes nothing', async () => {
  const file = keyFile('signing.pem');
  const old = readFileSync(file, 'utf8');
  const first = await start(file, 'a');
  addSigningKey(file);
  const second = await start(file, 'b');
  const newer = readFileSync(file, 'utf8').replace(old, '');
  writeFileSync(file, old + newer);
  expect(await refusal(file)).toContain('schon ersetzt wurde');
  expect(keyLinesOf(await installationLines()).map(({ after }) => after)).toEqual([first, second]);
});

it('does not start where a newer build lets this one write no more', async () => {
  const file = keyFile('one.key');
  await start(file);
  const raw = new Database(at('journal.sqlite'));
  raw.exec("update installation set value = '9999' where name = 'oldest-build'");
  raw.close();
  expect(await refusal(file)).toContain('bitte die neuere Version verwenden');
});
