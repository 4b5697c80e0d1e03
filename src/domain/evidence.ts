import { clockTime, toInstant, toMs } from './clock';
import { unitOf } from './saves';
import { STORNO_WORD } from './status';
import type { ChannelEventInfo, Instant, JetEvent } from './types';
import { visible } from './visible';

export type EvidenceDecision =
  | { kind: 'verified' }
  | { kind: 'first-sighting' }
  | { kind: 'sighting-lost' }
  | { kind: 'not-yet'; detail: string };

/**
 * Step 2: what counts as seen. A transfer time at or after our Storno is proof. Where the installation shows no
 * transfer time, Storno must stand in two reads at least `gapMs` apart, and not have stood there before.
 */
export function decideEvidence(
  row: ChannelEventInfo | null,
  known: {
    /** Nothing transferred before this moment can be our Storno. */
    stornoSavedAt: Instant;
    isOurStorno: boolean;
    showedStornoBefore: boolean;
    sightedAt: Instant | null;
  },
  gapMs: number,
): EvidenceDecision {
  const lost = (detail: string): EvidenceDecision =>
    known.sightedAt === null ? { kind: 'not-yet', detail } : { kind: 'sighting-lost' };
  if (row === null) return lost('no row');
  if (row.status !== STORNO_WORD) return lost(`status is ${row.status}`);
  if (row.transferredAt !== null) {
    return toMs(row.transferredAt) >= earliestTransferMs(row.transferredAt, known)
      ? { kind: 'verified' }
      : { kind: 'not-yet', detail: `the row is older: ${toInstant(toMs(row.transferredAt))}` };
  }
  if (!known.isOurStorno || known.showedStornoBefore) {
    return { kind: 'not-yet', detail: 'Storno without a transfer time proves nothing here' };
  }
  if (known.sightedAt === null) return { kind: 'first-sighting' };
  return toMs(row.readAt) - toMs(known.sightedAt) >= gapMs
    ? { kind: 'verified' }
    : { kind: 'not-yet', detail: 'seen once, a second look follows' };
}

/**
 * From when on a transfer counts as one of this Storno. A time without seconds, as some masks show it, is compared to
 * the minute, one without milliseconds to the second; but only for our own Storno on an event whose row showed none
 * before, because an older Storno could have been transferred within that minute.
 */
function earliestTransferMs(
  transferredAt: Instant,
  known: { stornoSavedAt: Instant; isOurStorno: boolean; showedStornoBefore: boolean },
): number {
  const stornoMs = toMs(known.stornoSavedAt);
  if (!known.isOurStorno || known.showedStornoBefore) return stornoMs;
  return stornoMs - (stornoMs % unitOf(transferredAt));
}

/**
 * What a look at Connect Online saw that proves nothing:
 * - `no-row`: there is no row of this event
 * - `not-sold`: Jet says that Ö-Ticket does not sell the event any more, so no Storno will ever be transferred
 * - `no-proof`: it shows Storno, and nothing tells when that was transferred
 * - `not-storno`: it shows something else, or an older Storno
 */
export type ChannelSituation = 'no-row' | 'not-sold' | 'no-proof' | 'not-storno';

/** Whether Connect Online may never prove the Storno: a person who has looked for themselves can vouch for it. */
export function isUnprovable(situation: string | null): boolean {
  const unprovable: readonly (string | null)[] = [
    'no-row',
    'not-sold',
    'no-proof',
  ] satisfies ChannelSituation[];
  return unprovable.includes(situation);
}

export interface ChannelFinding {
  situation: ChannelSituation;
  /** German, and letter by letter what was read. */
  found: string[];
}

/** What a look saw, as a person is told of it. */
export function describeLook(
  row: ChannelEventInfo | null,
  { soldViaPartner, readAt }: Pick<JetEvent, 'soldViaPartner' | 'readAt'>,
  stornoSavedAt: Instant,
): ChannelFinding {
  const notSold = 'Laut Jet wird die Veranstaltung nicht mehr über Ö-Ticket verkauft.';
  const found = [...(soldViaPartner ? [] : [notSold]), shownText(row, readAt, stornoSavedAt)];
  return { situation: soldViaPartner ? situationOf(row) : 'not-sold', found };
}

function situationOf(row: ChannelEventInfo | null): ChannelSituation {
  if (row === null) return 'no-row';
  return row.status === STORNO_WORD && row.transferredAt === null ? 'no-proof' : 'not-storno';
}

function shownText(row: ChannelEventInfo | null, lookedAt: Instant, stornoSavedAt: Instant): string {
  if (row === null)
    return `In Connect Online gibt es zu dieser Veranstaltung keine Zeile (nachgesehen um ${clockTime(lookedAt)}).`;
  const { status, transferredAt, readAt } = row;
  const read = `gelesen um ${clockTime(readAt)}`;
  const shown = `In Connect Online steht „${visible(status)}“`;
  if (transferredAt === null) return `${shown}, ohne Zeitpunkt der Übertragung (${read}).`;
  const isOlder = status === STORNO_WORD && toMs(transferredAt) < toMs(stornoSavedAt);
  const since = isOlder ? `, aber übertragen vor diesem Storno: um` : `, übertragen um`;
  return `${shown}${since} ${clockTime(transferredAt)} (${read}).`;
}
