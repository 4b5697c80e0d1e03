import { randomUUID } from 'node:crypto';
import type { Actor } from '../../domain/actor';
import { INSTALLATION, type InstallationLine, type NewInstallationLine } from '../../domain/installation';
import { beginCaseChain } from './case-chain';
import { findPlace, insertRow, readEntries, type Writing } from './entries';
import { toEntry, type Db } from './rows';

type Fact = 'id' | 'sealed-since';

/** A fact of this installation: the first note of it stays. Returns what stands there. */
export async function noteOnce(db: Db, name: Fact, value: string): Promise<string> {
  await db
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const noted = await db
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return noted.value;
}

/**
 * A journal of before there were ids is named after its oldest line, so that each of its copies has the same id: an older one
 * may be put back, and then the right one again.
 */
export async function noteInstallationId(db: Db): Promise<string> {
  const oldest = await db
    .selectFrom('entry')
    .select('hash')
    .where('case_id', '!=', INSTALLATION)
    .orderBy('at')
    .orderBy('case_id')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return noteOnce(db, 'id', oldest?.hash ?? randomUUID());
}

/** Gives a copy of a journal an id of its own, and says so in the chain. */
export async function replaceInstallationId(writing: Writing, by: Actor): Promise<string> {
  const { db } = writing;
  const before = await noteInstallationId(db);
  await db.deleteFrom('installation').where('name', '=', 'id').execute();
  const id = await noteOnce(db, 'id', randomUUID());
  await appendToInstallation(writing, {
    ...by,
    operation: 'adopted',
    effectKey: `adopted/${id}`,
    before: { id: before },
    after: { id },
  });
  return id;
}

/** The chain of the installation itself, oldest first. */
export function readInstallationLines(db: Db): Promise<InstallationLine[]> {
  return readEntries<InstallationLine>(db, INSTALLATION);
}

/** With the first key of the installation the chain over the cases begins. */
export async function appendToInstallation(
  writing: Writing,
  line: NewInstallationLine,
): Promise<InstallationLine> {
  const ref = { caseId: INSTALLATION, house: '', eventNumber: '' };
  const frame = { kind: INSTALLATION, step: INSTALLATION };
  const place = await findPlace(writing.db, INSTALLATION, line.effectKey);
  if (place.there) return toEntry<InstallationLine>(place.there);
  const row = await insertRow(writing, ref, { ...frame, ...line }, place);
  const isFirstKey = line.operation === 'signing-key' && line.before === null;
  if (isFirstKey && writing.signer) await beginCaseChain(writing.db, writing.signer);
  return toEntry<InstallationLine>(row);
}
