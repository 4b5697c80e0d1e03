import { dirname } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import Database from 'libsql';
import type { NewOpening } from '../../src/domain/journal';
import type { Signer } from '../../src/domain/signature';
import { hashEntry } from '../../src/journal/chain';
import type { JournalStore } from '../../src/journal/port';
import { openSignedJournal } from '../../src/start/signed-journal';
import { createSigner } from '../../src/trust/signing';
import { anOpening } from '../support/openings';
import { ending, OPENING, REF } from './lines';
import { makeSqlitePlace } from './sqlite-place';

/*
 * Whoever reaches the database can add a line to the chain of the installation, or cut its last one off. What a contact is called
 * depends on the lines that an installation has signed.
 */

const BY = { actor: 'Datenschutz', actorId: null, reason: 'verlangt', runs: 0, mails: 0 };
const CONTACT = { name: 'Ing.in Ä. Öztürk-Größl', phone: '+43 660 1234567' };

let place: ReturnType<typeof makeSqlitePlace>;
let journal: JournalStore;
let key: string;

const open = () =>
  openSignedJournal({ databaseUrl: place.url, signingKeyFile: null, dataDir: dirname(place.path) });

beforeEach(async () => {
  place = makeSqlitePlace();
  journal = await open();
  const after = anOpening();
  const order = { ...after.input.order, contact: CONTACT };
  const opening = { ...OPENING, operation: 'check', after: { ...after, input: { ...after.input, order } } };
  await journal.openCase(REF, opening as NewOpening);
  await journal.append(REF, ending('completed'));
  ({ key } = (await journal.contact(REF.caseId)) as { key: string });
});
afterEach(async () => {
  await journal.close();
  place.remove();
});

/** As somebody who reaches the database. */
async function change(...statements: string[]): Promise<void> {
  const raw = new Database(place.path);
  raw.exec('drop trigger if exists entry_no_delete; drop trigger if exists entry_no_update');
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

/** Adds a line that says that the contact was erased; `signer`: `null`, or somebody. */
async function claimErased(signer: Signer | null): Promise<void> {
  const last = (await journal.installationLines()).at(-1)!;
  const line = {
    caseId: 'installation',
    house: '',
    eventNumber: '',
    seq: last.seq + 1,
    at: new Date().toISOString(),
    actor: 'Niemand',
    actorId: null,
    kind: 'installation',
    step: 'installation',
    operation: 'contact-erased',
    effectKey: `contact-erased/${REF.caseId}`,
    before: null,
    after: { caseId: REF.caseId, reason: 'erfunden', runs: 0, mails: 0 },
    outcome: null,
    previousHash: last.hash,
  };
  const hash = hashEntry(line);
  const raw = new Database(place.path);
  raw
    .prepare(
      `insert into entry (case_id, house, event_number, seq, at, actor, actor_id, kind, step, operation, effect_key, before, after,
        outcome, previous_hash, hash, signature) values (?, '', '', ?, ?, ?, 'null', ?, ?, ?, ?, 'null', ?, null, ?, ?, ?)`,
    )
    .run(
      ...[line.caseId, line.seq, line.at, line.actor, line.kind, line.step, line.operation, line.effectKey],
      ...[JSON.stringify(line.after), line.previousHash, hash, signer?.sign('line', hash) ?? null],
    );
  raw.close();
}

const somebody = () => createSigner(generateKeyPairSync('ed25519').privateKey);

it.each([
  ['nobody has signed', () => null],
  ['somebody else has signed', somebody],
])('does not believe a line about an erasure that %s', async (_who, signer) => {
  await claimErased(signer());
  expect(await journal.contact(REF.caseId)).toEqual({ key });
});

it('erases all the same where such a line stands in the way, and says so in one of its own', async () => {
  await claimErased(null);
  const line = await journal.eraseContact(REF, BY);
  expect(line).toMatchObject({ actor: 'Datenschutz', after: { reason: 'verlangt' } });
  expect(await journal.contact(REF.caseId)).toEqual({ erasedAt: line!.at });
});

it('opens nothing with a key that somebody has put back', async () => {
  const line = await journal.eraseContact(REF, BY);
  await change(`insert into contact_key (case_id, key) values ('${REF.caseId}', '${key}')`);
  expect(await journal.contact(REF.caseId)).toEqual({ erasedAt: line!.at });
});

it('calls a contact lost, and not erased, where the line about that was cut off or changed', async () => {
  await journal.eraseContact(REF, BY);
  await change(`update entry set at = '2020-01-01T00:00:00.000Z' where operation = 'contact-erased'`);
  expect(await journal.contact(REF.caseId)).toBeNull();
  await change(`delete from entry where operation = 'contact-erased'`);
  expect(await journal.contact(REF.caseId)).toBeNull();
});

it('believes what it has signed itself also where the lines about its keys are gone', async () => {
  const line = await journal.eraseContact(REF, BY);
  await change(`delete from entry where operation = 'signing-key'`);
  expect(await journal.contact(REF.caseId)).toEqual({ erasedAt: line!.at });
});
