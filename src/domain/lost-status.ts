import type { EntryOf, JournalEntry } from './journal';
import { toJetStatus } from './status';
import type { Instant } from './types';
import { visible } from './visible';

/*
 * After the Storno the event can be changed in Jet again, by a colleague or a program. What looks showed meanwhile is told
 * alike by the page, the mail to the house and the Protokoll.
 */

/** What a look showed instead of the Storno. */
export interface LostLook {
  /** The word of the mask; `null`: the event was not there. */
  status: string | null;
  readAt: Instant;
}

/** A time in which the event was something else than Storno. */
export interface StatusLoss {
  /** Oldest first, at least one. */
  shown: LostLook[];
  /** The save with which it is known to have been Storno again; `null`: that was not seen. */
  backAt: Instant | null;
}

/** Every such time, oldest first. */
export function statusLosses(entries: readonly JournalEntry[]): StatusLoss[] {
  const losses: StatusLoss[] = [];
  for (const look of entries) {
    if (look.operation !== 'read-event') continue;
    const last = losses.at(-1);
    const open = last?.backAt === null ? last : null;
    const lost = lostLook(look);
    if (!lost) {
      if (open && 'savedAt' in look.after) open.backAt = look.after.savedAt;
    } else if (open) open.shown.push(lost);
    else losses.push({ shown: [lost], backAt: null });
  }
  return losses;
}

function lostLook({ outcome, after }: EntryOf<'read-event'>): LostLook | null {
  if (outcome === 'gone') return { status: null, readAt: after.readAt };
  return outcome === 'not-storno' && 'status' in after
    ? { status: after.status, readAt: after.readAt }
    : null;
}

/** What the last look showed instead of the Storno; `null`: it showed Storno, or there was none. */
export function lostNow(entries: readonly JournalEntry[]): LostLook | null {
  const last = statusLosses(entries).at(-1);
  return last?.backAt === null ? (last.shown.at(-1) ?? null) : null;
}

/** Whether tickets could be bought meanwhile, by what the looks showed. */
export function wasOnSale({ shown }: StatusLoss): boolean {
  return shown.some(({ status }) => status !== null && toJetStatus(status) === 'ON_SALE');
}

/** What was shown, as the second half of a sentence. `time`: how the reader is told a time. */
export function lostText({ status, readAt }: LostLook, time: (instant: Instant) => string): string {
  return status === null
    ? `gab es die Veranstaltung in Jet nicht mehr (nachgesehen: ${time(readAt)})`
    : `war der Status „${visible(status)}“ (gelesen: ${time(readAt)})`;
}

/** The whole time in a sentence or two. */
export function lossText(loss: StatusLoss, time: (instant: Instant) => string): string {
  const shown = loss.shown.map((look) => lostText(look, time)).join(', danach ');
  const back =
    loss.backAt === null
      ? 'Storno wurde seither nicht wieder gesehen.'
      : `Storno war es spätestens wieder mit dem Speichern: ${time(loss.backAt)}.`;
  return [`Nach dem Storno ${shown}.`, back, saleText(loss)].filter(Boolean).join(' ');
}

function saleText(loss: StatusLoss): string {
  if (wasOnSale(loss)) return 'Dazwischen konnten wieder Karten verkauft werden.';
  const isAtCounter = loss.shown.some(
    ({ status }) => status !== null && toJetStatus(status) === 'PROVISIONED',
  );
  return isAtCounter ? 'Dazwischen konnten an der Kassa wieder Karten verkauft werden.' : '';
}
