import { Context } from '@temporalio/activity';
import { ABSAGE } from '../domain/actor';
import { isDue, retentionOf } from '../domain/contact';
import type { ErasureLine } from '../domain/installation';
import type { CaseRef, House } from '../domain/types';
import type { ContactStore, ErasureWish } from '../journal/port';
import { asScheduledActivity, ERASER } from './scheduled';

/** Where a contact stands beside the journal, as far as Absage can delete it there. */
export interface ContactPlaces {
  /** Deletes the closed runs of the case from Temporal, and resolves to their number. Rejects while one is open. */
  deleteRuns(ref: CaseRef): Promise<number>;
  /** Deletes the mails to Ö-Ticket of the case that a rehearsal has kept, and resolves to their number. */
  deleteMails(ref: CaseRef): Promise<number>;
}

export interface ErasureDependencies {
  journal: ContactStore;
  houses: ReadonlyMap<string, House>;
  places: ContactPlaces;
  /** The log of this process: Temporal's own shows only what went wrong. */
  log: { info(details: object, message: string): void };
}

/** What one run of the schedule did. */
export interface ErasureResult {
  /** The cases whose contact was erased. */
  erased: string[];
  /** Those of which something could not be deleted: they are tried again the next time. */
  failed: string[];
  /** How many are due, and have to wait for the next time. */
  left: number;
}

/** The most cases of one run of the schedule. */
const MOST_AT_ONCE = 200;

/**
 * Erases the contact of a case that has ended. The key goes last: as long as it is there, the erasure is not complete and is
 * tried again. `null`: it had gone already.
 */
export async function eraseContact(
  { journal, places }: Pick<ErasureDependencies, 'journal' | 'places'>,
  ref: CaseRef,
  why: ErasureWish,
): Promise<ErasureLine | null> {
  const runs = await places.deleteRuns(ref);
  const mails = await places.deleteMails(ref);
  return journal.eraseContact(ref, { ...why, runs, mails });
}

export function createErasureActivities(deps: ErasureDependencies) {
  /**
   * Erases the contacts whose time is over, and those of ended cases that somebody wished erased. It belongs to no case, and
   * does nothing that is not due.
   */
  const eraseDueContacts = asScheduledActivity(ERASER, async (): Promise<ErasureResult> => {
    const now = new Date().toISOString();
    const due = (await deps.journal.keptContacts())
      .map((kept) => ({ ...kept, months: retentionOf(deps.houses, kept.house) }))
      .filter((kept) => isDue(kept, kept.months, now));
    const result: ErasureResult = { erased: [], failed: [], left: Math.max(0, due.length - MOST_AT_ONCE) };
    for (const { caseId, house, eventNumber, wish, months } of due.slice(0, MOST_AT_ONCE)) {
      const expired = { ...ABSAGE, reason: `Aufbewahrung abgelaufen: ${months} Monate nach dem Ende` };
      try {
        await eraseContact(deps, { caseId, house, eventNumber }, wish ?? expired);
        result.erased.push(caseId);
      } catch (error) {
        Context.current().log.warn('the contact of a case could not be erased', { caseId, error });
        result.failed.push(caseId);
      }
    }
    deps.log.info(result, 'the contacts that were due were erased');
    return result;
  });

  return { eraseDueContacts };
}
