import type { ContactState } from '../../domain/contact';
import { toInstant } from '../../domain/clock';
import { erasureKey, INSTALLATION, type ErasureLine, type KeyLine } from '../../domain/installation';
import { seriesStateOf } from '../../domain/series-lines';
import type { Signer } from '../../domain/signature';
import type { CaseRef } from '../../domain/types';
import { isLineProven, readKeyChain, type KnownKey } from '../key-chain';
import type { Erasure, KeptContact } from '../port';
import { findContactKey } from './contact-keys';
import { readLinesUnder, type Writing } from './entries';
import { appendToInstallation } from './installation';
import type { Db } from './rows';
import { readSeries } from './series';

/** `signer`: of this process; `null`: nobody signs here. */
export async function findContact(db: Db, signer: Signer | null, caseId: string): Promise<ContactState> {
  // The line comes first: a key that somebody has put back opens nothing any more.
  const erased = await findErasure(db, signer, await readErasures(db, caseId));
  if (erased) return { erasedAt: erased.at };
  const key = await findContactKey(db, caseId);
  return key === null ? null : { key };
}

async function readErasures(db: Db, caseId: string): Promise<ErasureLine[]> {
  const lines = await readLinesUnder<ErasureLine>(db, INSTALLATION, erasureKey(caseId));
  return lines.filter((line) => line.operation === 'contact-erased' && line.after.caseId === caseId);
}

/**
 * Only what this installation has signed says that a contact was erased: a line that somebody has added hides none. One that was
 * cut off brings none back, as its key is gone: then the contact counts as lost.
 */
async function findErasure(
  db: Db,
  signer: Signer | null,
  lines: readonly ErasureLine[],
): Promise<ErasureLine | undefined> {
  if (lines.length === 0) return undefined;
  const keys = await readKeys(db, signer);
  return keys.length === 0 ? lines[0] : lines.find((line) => isLineProven(line, keys));
}

const FROM_THE_BEGINNING = toInstant(0);

/** Where the lines about the keys are gone or changed, the process still knows its own. None: nobody has signed this journal. */
async function readKeys(db: Db, signer: Signer | null): Promise<KnownKey[]> {
  const keys = readKeyChain(await readLinesUnder<KeyLine>(db, INSTALLATION, 'signing-key')) ?? [];
  const own = signer?.publicKey;
  if (!own || keys.some(({ fingerprint }) => fingerprint === own.fingerprint)) return keys;
  return [{ ...own, since: FROM_THE_BEGINNING }];
}

/** Those whose case ended longest ago come first, those of open cases last. */
export async function listKeptContacts(db: Db, which: 'all' | 'wished' = 'all'): Promise<KeptContact[]> {
  const rows = await db
    .selectFrom('contact_key as kept')
    .innerJoin('entry as first', (join) =>
      join.onRef('first.case_id', '=', 'kept.case_id').on('first.seq', '=', 1),
    )
    .leftJoin('entry as last', (join) =>
      join
        .onRef('last.case_id', '=', 'kept.case_id')
        .on((eb) =>
          eb.or([eb('last.kind', 'in', ['end', 'refusal']), eb('last.operation', '=', 'end-series')]),
        ),
    )
    .select([
      'kept.case_id as caseId',
      'kept.wished_by',
      'kept.wished_by_id',
      'kept.wish_reason',
      'first.house as house',
      'first.event_number as eventNumber',
      'last.at as endedAt',
    ])
    .orderBy('last.at', (order) => order.asc().nullsLast())
    .orderBy('kept.case_id')
    .$if(which === 'wished', (query) => query.where('kept.wished_by', 'is not', null))
    .execute();
  // A series that went on after its end has several: the newest counts.
  const newest = [...new Map(rows.map((row) => [row.caseId, row])).values()];
  return newest.map(({ wished_by, wished_by_id, wish_reason, ...contact }) => ({
    ...contact,
    wish:
      wished_by !== null && wish_reason !== null
        ? { actor: wished_by, actorId: wished_by_id, reason: wish_reason }
        : null,
  }));
}

/** `null`: there was no key to erase. */
export async function eraseContact(
  writing: Writing,
  { caseId }: CaseRef,
  { actor, actorId, ...what }: Erasure,
): Promise<ErasureLine | null> {
  const { db } = writing;
  if ((await findContactKey(db, caseId)) === null) return null;
  if (!(await hasEnded(db, caseId)))
    throw new Error(`case ${caseId} is open, and its mails need the contact`);
  await db.deleteFrom('contact_key').where('case_id', '=', caseId).execute();
  const { length: taken } = await readLinesUnder(db, INSTALLATION, erasureKey(caseId));
  const line = await appendToInstallation(writing, {
    actor,
    actorId,
    operation: 'contact-erased',
    effectKey: erasureKey(caseId, taken),
    before: null,
    after: { caseId, ...what },
  });
  return line as ErasureLine;
}

async function hasEnded(db: Db, caseId: string): Promise<boolean> {
  const series = seriesStateOf(await readSeries(db, caseId));
  if (series) return series.end !== null;
  const last = await db
    .selectFrom('entry')
    .select('seq')
    .where('case_id', '=', caseId)
    .where('kind', 'in', ['end', 'refusal'])
    .executeTakeFirst();
  return last !== undefined;
}
