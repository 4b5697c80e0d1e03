import { toInstant, viennaDate } from '../domain/clock';
import type { WireEvent } from '../jet/contract';
import type { ClauseCheck } from './book';
import { clausesOf, type ClauseId } from './clauses';
import { Ended, Examination, Unusable } from './examination';
import type { Street } from './exchange';
import { ListReader } from './read-list';
import {
  examineChannel,
  examineHealth,
  examineRights,
  examineToken,
  examineTwice,
  examineUnknownEvent,
} from './read-rest';
import { findTestFault, TestEvent } from './test-event';
import { RightWriter } from './write-rights';
import { StornoWriter } from './write-storno';
import { TextWriter } from './write-texts';

/** What is looked at. `user`: the Connect Online user of the house. */
export interface Wish {
  house: string;
  user: string;
  /** Without it the next event of the house. */
  eventNumber?: string;
  /** A simulator may say that it is one. */
  maySimulate: boolean;
}

/** What is also written. Both questions are asked before the first write; an answer other than yes ends the check there. */
export interface WriteWish {
  eventNumber: string;
  isStorno: boolean;
  mayWrite(event: WireEvent): Promise<boolean>;
  /** Asked only with `isStorno`, when all else is done and put back. */
  mayStorno(event: WireEvent): Promise<boolean>;
}

export interface Findings {
  /** No clause is broken. */
  ok: boolean;
  checks: ClauseCheck[];
  /** What the check has changed and not put back, as German sentences. */
  leftBehind: string[];
}

/** The gateway does not answer at all. */
export class NotReachable extends Error {
  override readonly name = 'NotReachable';
}

/** Nothing may be written, and nothing was. The message is German. */
export class NotWritable extends Error {
  override readonly name = 'NotWritable';
}

/**
 * Tries every clause of the contract on a gateway. Without `writeWish` it only reads. Rejects with `NotReachable`, or with
 * `NotWritable` before anything is written where the event is not proven to be a test event, or somebody said no.
 *
 * `isStopped` ends it at the next call; what was written is put back all the same.
 */
export async function checkGateway(
  street: Street,
  wish: Wish,
  writeWish: WriteWish | null = null,
  isStopped: () => boolean = () => false,
): Promise<Findings> {
  const examination = new Examination(street, isStopped);
  const test = writeWish && (await proveTestEvent(examination, wish.house, writeWish));
  await readAll(examination, wish);
  const leftBehind = test
    ? await writeAll(examination, wish, test, writeWish, isStopped)
    : skipWrites(examination);
  examination.book.skip(['retry-after'], 'das Gateway hat kein Mal gebremst');
  examination.book.skip(['right-form'], 'es gibt keine Berechtigung, die sich lesen ließe');
  examination.book.skip(['channel-form'], 'Connect Online zeigt keine dieser Veranstaltungen');
  const checks = examination.book.checks();
  return { ok: checks.every(({ state }) => state !== 'broken'), checks, leftBehind };
}

/** Read twice: of an event whose version moves by itself nothing is proven. */
async function proveTestEvent(
  examination: Examination,
  house: string,
  { eventNumber, mayWrite }: WriteWish,
): Promise<TestEvent> {
  const [event, again] = await readTwice(examination, eventNumber).catch((error: unknown) => {
    if (!(error instanceof Unusable || error instanceof Ended)) throw error;
    throw new NotWritable(`Nichts geschrieben: ${error.message}.`);
  });
  const fault =
    findTestFault(event, house, Date.now()) ??
    findTestFault(again, house, Date.now()) ??
    (event.version === again.version ? null : `${eventNumber} zeigt bei jedem Lesen eine andere version`);
  if (fault !== null)
    throw new NotWritable(
      `Nichts geschrieben: ${fault}. Eine Testveranstaltung heißt TEST und liegt in der Zukunft.`,
    );
  if (!(await mayWrite(again))) throw new NotWritable('Nichts geschrieben.');
  return new TestEvent(examination, again);
}

async function readTwice(examination: Examination, eventNumber: string): Promise<[WireEvent, WireEvent]> {
  return [await examination.readEvent(eventNumber), await examination.readEvent(eventNumber)];
}

async function readAll(examination: Examination, wish: Wish): Promise<void> {
  const health: ClauseId[] = ['health', 'clock', 'no-simulator'];
  await attempt(examination, health, () => examineHealth(examination, wish.maySimulate));
  if (examination.book.isBroken('in-time') && !examination.clock)
    throw new NotReachable(examination.book.checks().find(({ id }) => id === 'in-time')?.seen);
  const coming = await readList(examination, wish.house);
  await attempt(examination, ['unknown-event'], () => examineUnknownEvent(examination));
  await readOne(examination, wish, wish.eventNumber ?? coming[0]?.eventNumber, coming);
}

async function readList(examination: Examination, house: string): Promise<WireEvent[]> {
  const list = new ListReader(examination, house, viennaDate(toInstant(Date.now())));
  let coming: WireEvent[] = [];
  await attempt(examination, ['find-form', 'find-house', 'find-order', 'limits-fit'], async () => {
    coming = await list.readComing();
  });
  const [next] = coming;
  const look = (ids: ClauseId[], work: (event: WireEvent) => Promise<void>) =>
    attempt(examination, ids, async () => {
      if (!next) throw new Unusable(`die Suche zeigt keine kommende Veranstaltung von ${house}`);
      await work(next);
    });
  await look(['find-limit'], () => list.examineLimit());
  await look(['find-pages'], () => list.examinePages(coming));
  await look(['find-days'], (event) => list.examineDays(event));
  await look(['find-text'], (event) => list.examineText(event));
  await look(['find-as-read'], (event) => list.examineSame(event));
  return coming;
}

const OF_ONE_EVENT: readonly ClauseId[] = [
  'event-form',
  'same-event',
  'saved-at-past',
  'status-word',
  'version-stable',
  'saved-at-stable',
  'read-at',
];

async function readOne(
  examination: Examination,
  { house, user }: Wish,
  eventNumber: string | undefined,
  coming: readonly WireEvent[],
): Promise<void> {
  const look = (ids: readonly ClauseId[], work: (number: string) => Promise<void>) =>
    attempt(examination, ids, async () => {
      if (eventNumber === undefined) throw new Unusable('dazu braucht es --event');
      await work(eventNumber);
    });
  const paths = ['/health', `/events?house=${encodeURIComponent(house)}&limit=1`];
  if (eventNumber !== undefined)
    paths.push(`/events/${eventNumber}`, `/connect-online/events/${eventNumber}`);
  await attempt(examination, ['token-required'], () => examineToken(examination, paths));
  await look(OF_ONE_EVENT, (number) => examineTwice(examination, number));
  const others = coming.filter((event) => event.eventNumber !== eventNumber);
  await look(['channel-missing'], async (number) =>
    examineChannel(examination, [await examination.readEvent(number), ...others]),
  );
  await look(['unknown-user', 'path-encoding', 'right-missing'], async (number) => {
    await examination.readEvent(number);
    await examineRights(examination, user, number);
  });
}

/** Looks, and says of what could not be looked at why not. */
async function attempt(
  { book }: Examination,
  ids: readonly ClauseId[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Unusable || error instanceof Ended)) throw error;
    book.skip(ids, error.message);
  }
}

function skipWrites({ book }: Examination): string[] {
  book.skip(clausesOf('write'), 'nur gelesen; dazu braucht es --write --test-event');
  book.skip(clausesOf('storno'), 'dazu braucht es --storno');
  return [];
}

async function writeAll(
  examination: Examination,
  { user }: Wish,
  test: TestEvent,
  { isStorno, mayStorno }: WriteWish,
  isStopped: () => boolean,
): Promise<string[]> {
  const texts = new TextWriter(examination, test);
  const rights = new RightWriter(examination, test, user);
  const step = (ids: ClauseId[], work: () => Promise<void>) => attempt(examination, ids, work);

  await step(['write-token'], () => texts.examineToken());
  await step(['if-match-required', 'version-conflict'], () => texts.examineIfMatch());
  await step(['unknown-event-write'], () => texts.examineUnknownEvent());
  await step(['if-match-arrives', 'three-texts', 'texts-literal', 'answer-as-saved'], () =>
    texts.examineSaving(),
  );
  await step(['line-breaks', 'null-empties'], () => texts.examineLines());
  await step(['blanks'], () => texts.examineBlanks());
  await step(['unicode-form'], () => texts.examineUnicode());
  await step(['version-never-returns'], () => texts.examineReturn());
  await step(['repeat-saves-once'], () => texts.examineRepeat());
  await step(['one-of-two'], () => texts.examineRace());
  await step(['limit-fits', 'limit-refused'], () => texts.examineLimits());
  await step(['limit-utf16'], () => texts.examineUnits());
  await step(['title-needed', 'strict-body', 'all-fields'], () => texts.examineBodies());
  await step(['right-granted', 'right-widens', 'right-never-narrows'], () => rights.examineGranting());
  await step(['grant-unknown-user', 'right-dates'], () => rights.examineRefusals());

  examination.tidyUp();
  const mayGoOn = !isStopped();
  const left = await test.putBack();
  examination.book.judge('put-back', left === null, left ?? 'die Texte von vorher stehen wieder dort');
  examination.book.skip(clausesOf('write'), 'es ließ sich nichts speichern');
  const leftRight = rights.left();
  const leftStorno = await tryStorno(
    examination,
    test,
    mayGoOn && left === null && isStorno ? mayStorno : null,
  );
  return [left, leftRight, leftStorno].filter((line) => line !== null);
}

async function tryStorno(
  examination: Examination,
  test: TestEvent,
  mayStorno: WriteWish['mayStorno'] | null,
): Promise<string | null> {
  const ids = clausesOf('storno');
  if (!mayStorno) examination.book.skip(ids, 'dazu braucht es --storno');
  else if (examination.book.checks().some(({ state }) => state === 'broken'))
    examination.book.skip(
      ids,
      'erst wenn keine andere Klausel gebrochen ist: ein Storno ist nicht zurückzunehmen',
    );
  else if (!(await mayStorno(test.original))) examination.book.skip(ids, 'nicht bestätigt');
  else {
    const storno = new StornoWriter(examination, test);
    await attempt(examination, ['storno-if-match'], () => storno.examineVersions());
    await attempt(examination, ['storno-sets'], () => storno.examineStorno());
    await attempt(examination, ['storno-twice'], () => storno.examineAgain());
    await attempt(examination, ['storno-not-cancellable'], () => storno.examineOtherStatus());
    if (!storno.mayBeSet) return null;
    return `${test.eventNumber}: ein Storno wurde versucht, der Status ist jetzt „${test.seen.status}“. Ein Storno ist nicht zurückzunehmen.`;
  }
  return null;
}
