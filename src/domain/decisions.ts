import type { Opening, RightPeriod, TextChange } from './case';
import { clockTime, laterDate, toMs } from './clock';
import type { FailureCode } from './failures';
import {
  ANNOUNCEMENT_FIELDS,
  PERFORMANCE_FIELDS,
  type Choice,
  type FieldConflict,
  type PerformanceField,
} from './vocabulary';
import { findMarker, markTitle, stripMarker } from './marker';
import { addReason, hasReason, removeReason } from './memo';
import { remainingWaitMs } from './saves';
import { isSameText } from './text';
import { visible } from './visible';
import type { Announcement, ExtendedCancellationRight, Instant, JetEvent } from './types';

/*
 * Read → decide → write: these are the decisions. Each takes what was just read and what the journal knows, and
 * says what may be written. None of them reads a clock: the time is the gateway's, and it came with the read.
 */

export interface Stop {
  kind: 'stop';
  code: FailureCode;
  detail: string;
  /** Where a person's text and ours disagree. */
  conflicts: readonly FieldConflict[];
  /** What was read, as a person is told of it. */
  found?: readonly string[];
}

const stop = (code: FailureCode, detail: string, conflicts: readonly FieldConflict[] = []): Stop => ({
  kind: 'stop',
  code,
  detail,
  conflicts,
});

function stopAtStatus({ statusText, title, readAt }: JetEvent): Stop {
  const found = [
    `Der Status in Jet ist jetzt „${visible(statusText)}“ (gelesen um ${clockTime(readAt)}), der Titel „${visible(title)}“.`,
  ];
  return { ...stop('status-not-cancellable', `status is ${statusText}`), found };
}

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
 * changed since is kept when it carries the marker, otherwise a person is asked. `choice` is the answer:
 * `keep-theirs` and `mark-again` both add marker and reason to what stands there now.
 */
export function decideMarking(
  event: JetEvent,
  opening: Opening,
  haveWeMarkedBefore: boolean,
  choice: Choice | null = null,
): MarkDecision {
  const identityFault = findIdentityFault(event, opening);
  if (identityFault) return identityFault;
  if (event.status === 'CANCELLED') return { kind: 'cancelled-already' };
  if (event.status !== 'ON_SALE') return stopAtStatus(event);

  const isAnswered = choice === 'keep-theirs' || choice === 'mark-again';
  const next = {
    title: nextTitle(event, 'title', opening, isAnswered),
    customerTitle: nextTitle(event, 'customerTitle', opening, isAnswered),
    externalMemo: nextMemo(event.externalMemo, opening, isAnswered),
  };
  const unclear = ANNOUNCEMENT_FIELDS.filter((field) => next[field] === undefined);
  const missing = ANNOUNCEMENT_FIELDS.filter((field) => !isSameText(next[field] ?? null, event[field]));
  if (haveWeMarkedBefore && !isAnswered && missing.length > 0) {
    return stop('marker-removed', 'marker or reason were taken off', conflictsOf(missing, event, opening));
  }
  const { title, customerTitle = null, externalMemo = null } = next;
  if (unclear.length > 0 || !title) {
    return stop('event-changed', 'not what the check has seen', conflictsOf(unclear, event, opening));
  }
  return missing.length === 0
    ? { kind: 'marked' }
    : { kind: 'write', texts: { title, customerTitle, externalMemo } };
}

function conflictsOf(
  fields: readonly (keyof Announcement)[],
  event: JetEvent,
  opening: Opening,
): FieldConflict[] {
  return fields.map((field) => {
    const { before, after } = opening.event[field];
    return { field, before, ours: after, now: event[field] };
  });
}

/** `undefined`: neither ours, nor the original, nor marked by somebody, and nobody has said what holds. */
function nextTitle(
  event: JetEvent,
  field: 'title' | 'customerTitle',
  { event: seen, marker, input }: Opening,
  isAnswered: boolean,
): string | null | undefined {
  const current = event[field];
  const { before, after }: TextChange = seen[field];
  const style = input.policy.marker;
  if (isSameText(current, after)) return current;
  if (isSameText(current, before)) return after;
  if (current !== null && findMarker(current, style) !== null) return current;
  if (!isAnswered) return undefined;
  const isUsed = (current ?? '').trim() !== '';
  if (isUsed) return markTitle(current ?? '', marker, style, event.limits[field]) ?? undefined;
  // The field is no longer used; only the first title has to be there.
  return field === 'customerTitle' ? current : undefined;
}

function nextMemo(current: string | null, opening: Opening, isAnswered: boolean): string | null | undefined {
  const { reason } = opening.input.order;
  if (hasReason(current, reason)) return current;
  if (isSameText(current, opening.event.externalMemo.before)) return opening.event.externalMemo.after;
  return isAnswered ? addReason(current, reason) : undefined;
}

/** Date, place, organiser or house were changed: it may be another performance, so a person orders it anew. */
function findIdentityFault(event: JetEvent, opening: Opening): Stop | null {
  const moved = movedFields(event, opening);
  if (moved.length > 0) {
    const fields = moved.map(({ field }) => field).join(', ');
    return stop('event-changed', `the performance is another one: ${fields}`, moved);
  }
  if (toMs(event.savedAt) > toMs(event.readAt) + CLOCK_TOLERANCE_MS) {
    return stop('jet-reply-invalid', 'the last save lies in the future of the read');
  }
  return null;
}

/** What of the performance is no longer as the check has seen it. */
function movedFields(
  event: Pick<JetEvent, PerformanceField>,
  { event: seen, input }: Opening,
): FieldConflict[] {
  const before = { ...seen, house: input.order.house };
  const isSame = (field: PerformanceField) =>
    field === 'startsAt'
      ? toMs(event.startsAt) === toMs(before.startsAt)
      : isSameText(event[field], before[field]);
  return PERFORMANCE_FIELDS.filter((field) => !isSame(field)).map((field) => ({
    field,
    before: before[field],
    ours: null,
    now: event[field],
  }));
}

export type StornoDecision =
  | Stop
  | { kind: 'cancelled-already' }
  | { kind: 'not-yet'; remainingMs: number; savedAt: Instant }
  | { kind: 'write' };

/**
 * Step 1b, the guard: on the very read whose version is sent. Storno is written only from Verkaufsfreigabe, with
 * marker and reason in place, and a whole interval after the last save on Jet's own clock, or when a person has
 * skipped the wait after exactly this save. `savedBy`: the latest moment at which that save can have been made.
 */
export function decideStorno(
  event: JetEvent,
  opening: Opening,
  isSkipped = false,
  savedBy: Instant = event.savedAt,
): StornoDecision {
  const identityFault = findIdentityFault(event, opening);
  if (identityFault) return identityFault;
  if (event.status === 'CANCELLED') return { kind: 'cancelled-already' };
  if (event.status !== 'ON_SALE') return stopAtStatus(event);

  const { policy, order } = opening.input;
  const isMarked = (title: string) => findMarker(title, policy.marker) !== null;
  const isCustomerTitleUsed = (event.customerTitle ?? '').trim() !== '';
  const missing = ANNOUNCEMENT_FIELDS.filter((field) => {
    if (field === 'externalMemo') return !hasReason(event.externalMemo, order.reason);
    return field === 'title'
      ? !isMarked(event.title)
      : isCustomerTitleUsed && !isMarked(event.customerTitle ?? '');
  });
  if (missing.length > 0) {
    return stop('marker-removed', `taken off: ${missing.join(', ')}`, conflictsOf(missing, event, opening));
  }
  const remainingMs = remainingWaitMs(savedBy, event.readAt, policy.syncIntervalMs);
  return remainingMs === 0 || isSkipped
    ? { kind: 'write' }
    : { kind: 'not-yet', remainingMs, savedAt: event.savedAt };
}

export type RestoreDecision =
  | Stop
  | { kind: 'write'; texts: Announcement }
  /** A person has decided to leave everything as it stands. */
  | { kind: 'leave' };

/**
 * An abort. Per field: what we wrote becomes its original again; where a person has changed it since, only our
 * marker is taken off and their text kept; anything else is shown to a person, and `choice` is the answer.
 * `misstored`: what Jet has made of texts of ours that it did not store as written.
 * `restored`: what an earlier attempt of this abort has written, or tried to.
 */
export function decideRestore(
  event: JetEvent,
  opening: Opening,
  misstored: readonly Partial<Announcement>[] = [],
  restored: readonly Announcement[] = [],
  choice: Choice | null = null,
): RestoreDecision {
  if (event.status === 'CANCELLED') {
    if (choice === 'keep-theirs') return { kind: 'leave' };
    const { statusText: before } = opening.event;
    return stop('event-changed', 'somebody has set Storno meanwhile', [
      { field: 'status', before, ours: null, now: event.statusText },
    ]);
  }
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
    // Only the marker was typed anew, with another blank or dash: what we had to cut of the title comes back.
    const isStillOurs = stripped !== current && isSameText(stripped, stripMarker(after ?? '', policy.marker));
    if (isStillOurs && findMarker(before ?? '', policy.marker) === null) return before;
    // A marker that stood there before us is not ours to take off.
    if (stripped !== current) return findMarker(before ?? '', policy.marker) === null ? stripped : current;
    if (choice === 'keep-theirs') return current;
    return choice === 'write-original' ? before : undefined;
  };
  const memoBack = (): string | null => {
    const { before, after } = opening.event.externalMemo;
    if (isSameText(event.externalMemo, before)) return event.externalMemo;
    return isOurs('externalMemo', after) ? before : removeReason(event.externalMemo, order.reason);
  };

  const texts = { title: titleBack('title'), customerTitle: titleBack('customerTitle') };
  const unclear = (['title', 'customerTitle'] as const).filter((field) => texts[field] === undefined);
  const { title, customerTitle = null } = texts;
  if (!title || unclear.length > 0) {
    return stop('event-changed', 'a title was changed by somebody', conflictsOf(unclear, event, opening));
  }
  return { kind: 'write', texts: { title, customerTitle, externalMemo: memoBack() } };
}

/** Whether a right already covers the period; `null` dates are unlimited. */
export function covers(right: ExtendedCancellationRight | null, period: RightPeriod): boolean {
  if (right === null) return false;
  const isEarlyEnough = right.validFrom === null || right.validFrom <= period.validFrom;
  const isLateEnough = right.validUntil === null || right.validUntil >= period.validUntil;
  return isEarlyEnough && isLateEnough;
}

/** What is asked for where a right is to be widened: what it covers already stays, whatever the gateway makes of it. */
export function widened(
  right: ExtendedCancellationRight | null,
  { validFrom, validUntil }: RightPeriod,
): RightPeriod {
  const [from, until] = [right?.validFrom ?? validFrom, right?.validUntil ?? validUntil];
  return { validFrom: from < validFrom ? from : validFrom, validUntil: laterDate(until, validUntil) };
}
