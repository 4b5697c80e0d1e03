import { actorOf } from '../domain/actor';
import { clockTime, toInstant } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { headOf, type JournalEntry, type NewEntry } from '../domain/journal';
import type { ShownEvent } from '../domain/line-content';
import { endOf, isSkipped, lastHead } from '../domain/lines';
import { sendingState } from '../domain/mail-lines';
import { findEvidence, isLost, knownStorno, lastLook, lastReturn, lookKey } from '../domain/storno-lines';
import { remainingWaitMs } from '../domain/saves';
import type { Instant, JetEvent, JournalHead } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import { visible } from '../domain/visible';
import type { Journal } from '../journal/port';
import type { StepInput } from './activity';

/*
 * Whoever tells Ö-Ticket of the Storno has just read it in Jet. A colleague, or a program, can change the status after
 * our Storno, too: then nobody is told anything until it is Storno again.
 */

/** The status was changed after the Storno and has been set back: the second wait and the proof begin anew. */
export interface StornoAgain {
  kind: 'storno-again';
  savedAt: Instant;
  remainingMs: number;
  head: JournalHead;
}

/** What was just read, once Storno has been set. Fails while it is anything but Storno, and notes each change. */
export async function requireStillStorno(
  journal: Journal,
  input: StepInput,
  step: StepName,
  event: JetEvent | null,
  entries: JournalEntry[],
): Promise<{ event: JetEvent; entries: JournalEntry[] }> {
  const last = lastLook(entries);
  if (event?.status === 'CANCELLED') {
    if (!isLost(last)) return { event, entries };
    const back = await noteLook(journal, input, lookLine(input, step, entries, event, 'storno-again'));
    return { event, entries: [...entries, back] };
  }
  const isNoted = event ? isSameVersion(last, event) : last?.outcome === 'gone';
  const line = event
    ? lookLine(input, step, entries, event, 'not-storno')
    : goneLine(input, step, entries, toInstant(Date.now()));
  const head = isNoted ? lastHead(entries) : headOf(await noteLook(journal, input, line));
  throw stornoLost(event, entries, head);
}

function stornoLost(
  event: Pick<JetEvent, 'statusText' | 'readAt'> | null,
  entries: readonly JournalEntry[],
  head: JournalHead,
): KnownFailure {
  return new KnownFailure(
    'status-changed-after-storno',
    event ? `status is ${event.statusText}` : 'deleted',
    {
      head,
      situation: event ? `status/${event.statusText}` : 'deleted',
      found: [
        event ? changedText(event) : 'Die Veranstaltung gibt es in Jet nicht mehr.',
        ...toldText(entries),
      ],
    },
  );
}

/** For a step that reads nothing itself. Fails while the last look of any attempt, also of one that died, saw anything but Storno. */
export function requireNotLost(entries: readonly JournalEntry[]): void {
  const last = lastLook(entries);
  if (last?.outcome === 'gone') throw stornoLost(null, entries, lastHead(entries));
  if (last?.outcome !== 'not-storno') return;
  const { status: statusText, readAt } = last.after;
  throw stornoLost({ statusText, readAt }, entries, lastHead(entries));
}

/**
 * Writes down that the event is still Storno, as it was just read: the mail goes by the newest look. A case that has ended
 * is told to nobody any more.
 */
export async function noteStorno(
  journal: Journal,
  input: StepInput,
  step: StepName,
  event: JetEvent,
  entries: readonly JournalEntry[],
): Promise<JournalHead> {
  if (endOf(entries)) return lastHead(entries);
  return headOf(await noteLook(journal, input, lookLine(input, step, entries, event, 'storno')));
}

/** Fails when another attempt has seen something else since: what this one read is old. */
export async function noteLook(journal: Journal, { ref }: StepInput, line: NewLook): Promise<JournalEntry> {
  const noted = await journal.append(ref, line);
  if (noted.outcome === line.outcome) return noted;
  throw new KnownFailure('jet-stale-read', `another attempt has noted ${noted.outcome} since`);
}

type NewLook = Extract<NewEntry, { operation: 'read-event' }>;

/**
 * After the status was set back, what was proven before proves nothing: `null` when wait and proof have been made since.
 * `intervalMs`: the length of the wait.
 */
export function stillToWaitAgain(
  entries: readonly JournalEntry[],
  now: Instant,
  intervalMs: number,
): StornoAgain | null {
  const storno = knownStorno(entries);
  if (!storno || !lastReturn(entries) || findEvidence(entries)) return null;
  const { savedAt } = storno;
  return {
    kind: 'storno-again',
    savedAt,
    remainingMs: remainingWaitMs(savedAt, now, intervalMs),
    head: lastHead(entries),
  };
}

/** Whether the wait after a status was set back is over, by Jet's clock or by an operator's word. */
export function isWaitedAgain(
  { savedAt, remainingMs }: StornoAgain,
  entries: readonly JournalEntry[],
): boolean {
  return remainingMs === 0 || isSkipped(entries, 'wait-for-storno-transfer', savedAt);
}

/** What Ö-Ticket was told of the Storno; a mail in doubt may have arrived, also where it was waived after that. */
function toldText(entries: readonly JournalEntry[]): string[] {
  const state = sendingState(entries);
  if (state === 'in-doubt')
    return ['Die E-Mail vom Storno kann Ö-Ticket erreicht haben: bitte auch dort anrufen.'];
  return state === 'accepted' || state === 'confirmed'
    ? ['Ö-Ticket wurde vom Storno schon verständigt: bitte auch dort anrufen.']
    : [];
}

function changedText({ statusText, readAt }: Pick<JetEvent, 'statusText' | 'readAt'>): string {
  return `Der Status in Jet ist jetzt „${visible(statusText)}“, nicht mehr Storno (gelesen um ${clockTime(readAt)}).`;
}

function isSameVersion(last: ReturnType<typeof lastLook>, { version }: JetEvent): boolean {
  return last?.outcome === 'not-storno' && last.after.version === version;
}

function lookLine<O extends 'storno' | 'not-storno' | 'storno-again'>(
  input: StepInput,
  step: StepName,
  entries: readonly JournalEntry[],
  event: JetEvent,
  outcome: O,
) {
  return { ...lookFrame(input, step, entries), after: shown(event), outcome } as const;
}

function goneLine(
  input: StepInput,
  step: StepName,
  entries: readonly JournalEntry[],
  readAt: Instant,
): NewLook {
  return { ...lookFrame(input, step, entries), after: { readAt }, outcome: 'gone' };
}

/** What every line about a look says beside what was seen. */
function lookFrame(input: StepInput, step: StepName, entries: readonly JournalEntry[]) {
  const look = { kind: 'evidence', step, operation: 'read-event', effectKey: lookKey(entries) } as const;
  return { ...actorOf(input), ...look };
}

function shown(event: JetEvent): ShownEvent {
  const { statusText: status, title, customerTitle, externalMemo, ...rest } = event;
  const { startsAt, venue, location, organiser, house, version, savedAt, readAt } = rest;
  const texts = { title, customerTitle, externalMemo };
  return { status, ...texts, startsAt, venue, location, organiser, house, version, savedAt, readAt };
}
