import type { CasePolicy, Opening, RightPeriod } from './case';
import { toMs, toInstant } from './clock';
import type { FailureCode } from './failures';
import { findMarker, stripMarker } from './marker';
import { hasReason, removeReason } from './memo';
import { isSameText } from './text';
import type { Announcement, ChannelEventInfo, ExtendedCancellationRight, Instant, JetEvent } from './types';

/*
 * Read → decide → write: these are the decisions. Each takes what was just read and what the journal knows, and
 * says what may be written. None of them reads a clock: the time is the gateway's, and it came with the read.
 */

export interface Stop {
  kind: 'stop';
  code: FailureCode;
  detail: string;
}

const stop = (code: FailureCode, detail: string): Stop => ({ kind: 'stop', code, detail });

/** How far Jet's own "saved at" may lie ahead of its "read at" before we stop believing either. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The three texts of an event. */
export function announcementOf({ title, customerTitle, externalMemo }: Announcement): Announcement {
  return { title, customerTitle, externalMemo };
}

export function isSameAnnouncement(a: Announcement, b: Announcement): boolean {
  return (
    isSameText(a.title, b.title) &&
    isSameText(a.customerTitle, b.customerTitle) &&
    isSameText(a.externalMemo, b.externalMemo)
  );
}

export type MarkDecision =
  | Stop
  /** Somebody has set Storno: nothing is written any more. */
  | { kind: 'cancelled-already' }
  /** Marker and reason stand there already. */
  | { kind: 'marked' }
  | { kind: 'write'; texts: Announcement };

/**
 * Step 1a. Writes only what is missing, and only over what the first check saw; a text that a person has
 * changed since is kept when it carries the marker, otherwise a person is asked.
 */
export function decideMarking(event: JetEvent, opening: Opening, haveWeMarkedBefore: boolean): MarkDecision {
  const identityFault = findIdentityFault(event, opening);
  if (identityFault) return identityFault;
  if (event.status === 'CANCELLED') return { kind: 'cancelled-already' };
  if (event.status !== 'ON_SALE') return stop('status-not-cancellable', `status is ${event.statusText}`);

  const { marker: style } = opening.input.policy;
  const title = nextTitle(event.title, opening.event.title, style);
  const customerTitle = nextTitle(event.customerTitle, opening.event.customerTitle, style);
  const externalMemo = nextMemo(event.externalMemo, opening);
  if (title === undefined || customerTitle === undefined || title === null) {
    return haveWeMarkedBefore
      ? stop('marker-removed', 'a title no longer carries the marker')
      : stop('event-changed', 'a title is not what the check has seen');
  }
  if (externalMemo === undefined) return stop('event-changed', 'the memo is not what the check has seen');

  const texts = { title, customerTitle, externalMemo };
  const isComplete = isSameAnnouncement(texts, event);
  if (!isComplete && haveWeMarkedBefore) return stop('marker-removed', 'marker or reason were taken off');
  return isComplete ? { kind: 'marked' } : { kind: 'write', texts };
}

interface Change {
  before: string | null;
  after: string | null;
}

/** `undefined`: neither ours, nor the original, nor marked by somebody. */
function nextTitle(
  current: string | null,
  change: Change,
  style: CasePolicy['marker'],
): string | null | undefined {
  if (isSameText(current, change.after)) return current;
  if (isSameText(current, change.before)) return change.after;
  return current !== null && findMarker(current, style) !== null ? current : undefined;
}

function nextMemo(current: string | null, opening: Opening): string | null | undefined {
  if (hasReason(current, opening.input.order.reason)) return current;
  return isSameText(current, opening.event.externalMemo.before)
    ? opening.event.externalMemo.after
    : undefined;
}

function findIdentityFault(event: JetEvent, opening: Opening): Stop | null {
  if (event.house !== opening.input.order.house) return stop('event-changed', 'the house is another one');
  if (toMs(event.startsAt) !== toMs(opening.event.startsAt))
    return stop('event-changed', 'the start was moved');
  if (toMs(event.savedAt) > toMs(event.readAt) + CLOCK_TOLERANCE_MS) {
    return stop('jet-reply-invalid', 'the last save lies in the future of the read');
  }
  return null;
}

export type StornoDecision =
  Stop | { kind: 'cancelled-already' } | { kind: 'not-yet'; remainingMs: number } | { kind: 'write' };

/**
 * Step 1b, the guard: on the very read whose version is sent. Storno is written only from Verkaufsfreigabe, with
 * marker and reason in place, and a whole interval after the last save on Jet's own clock.
 */
export function decideStorno(event: JetEvent, opening: Opening): StornoDecision {
  const identityFault = findIdentityFault(event, opening);
  if (identityFault) return identityFault;
  if (event.status === 'CANCELLED') return { kind: 'cancelled-already' };
  if (event.status !== 'ON_SALE') return stop('status-not-cancellable', `status is ${event.statusText}`);

  const { policy, order } = opening.input;
  const isMarked = (title: string) => findMarker(title, policy.marker) !== null;
  if (!isMarked(event.title)) return stop('marker-removed', 'the title carries no marker');
  const { customerTitle } = event;
  if (customerTitle !== null && customerTitle.trim() !== '' && !isMarked(customerTitle))
    return stop('marker-removed', 'the customer title carries no marker');
  if (!hasReason(event.externalMemo, order.reason))
    return stop('marker-removed', 'the reason was taken out of the memo');

  const ageMs = toMs(event.readAt) - toMs(event.savedAt);
  if (ageMs < policy.syncIntervalMs) return { kind: 'not-yet', remainingMs: policy.syncIntervalMs - ageMs };
  return { kind: 'write' };
}

export type RestoreDecision = Stop | { kind: 'write'; texts: Announcement };

/**
 * An abort. Per field: what we wrote becomes its original again; where a person has changed it since, only our
 * marker is taken off and their text kept; anything else is shown to a person.
 * `misstored`: what Jet has made of texts of ours that it did not store as written.
 * `restored`: what an earlier attempt of this abort has written, or tried to.
 */
export function decideRestore(
  event: JetEvent,
  opening: Opening,
  misstored: readonly Partial<Announcement>[] = [],
  restored: readonly Announcement[] = [],
): RestoreDecision {
  if (event.status === 'CANCELLED') return stop('event-changed', 'somebody has set Storno meanwhile');
  const { policy, order } = opening.input;
  const isOurs = (field: keyof Announcement, after: string | null) =>
    isSameText(event[field], after) ||
    misstored.some((texts) => field in texts && isSameText(event[field], texts[field] ?? null));

  const titleBack = (field: 'title' | 'customerTitle'): string | null | undefined => {
    const current = event[field];
    const { before, after } = opening.event[field];
    if (isSameText(current, before)) return current;
    if (isOurs(field, after)) return before;
    if (restored.some((texts) => isSameText(current, texts[field]))) return current;
    const stripped = current === null ? null : stripMarker(current, policy.marker);
    return stripped === current ? undefined : stripped;
  };
  const memoBack = (): string | null => {
    const { before, after } = opening.event.externalMemo;
    if (isSameText(event.externalMemo, before)) return event.externalMemo;
    return isOurs('externalMemo', after) ? before : removeReason(event.externalMemo, order.reason);
  };

  const title = titleBack('title');
  const customerTitle = titleBack('customerTitle');
  if (!title || customerTitle === undefined) return stop('event-changed', 'a title was changed by somebody');
  return { kind: 'write', texts: { title, customerTitle, externalMemo: memoBack() } };
}

/** Whether a right already covers the period; `null` dates are unlimited. */
export function covers(right: ExtendedCancellationRight | null, period: RightPeriod): boolean {
  if (right === null) return false;
  const isEarlyEnough = right.validFrom === null || right.validFrom <= period.validFrom;
  const isLateEnough = right.validUntil === null || right.validUntil >= period.validUntil;
  return isEarlyEnough && isLateEnough;
}

/** The word that Connect Online shows for a cancelled event. */
const STORNO_WORD = 'Storno';

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
    return toMs(row.transferredAt) >= toMs(known.stornoSavedAt)
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
