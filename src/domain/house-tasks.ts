import { isUnapproved } from './approval';
import type { Opening } from './case';
import { endingOf, leftByCase, LEFT_IDS, remainingOfBefore, RIGHT_ENDS, type Ending } from './ending';
import type { EntryOf, JournalEntry } from './journal';
import { isAbortAccepted, type CaseLines } from './lines';
import { withShownNames } from './names';
import { isStornoTried } from './storno-lines';
import type { House, HouseTask, Instant, TaskContact } from './types';

/*
 * The house's to-do list: what no machine does, from the minute of the order on. The first line of a case holds what the
 * house had set then, so that page, mail, Protokoll and command line show the same list for good. A tick is a line of its
 * own, which the server appends past the run.
 */

/** Somebody has said that it is done. */
export interface Tick {
  by: string;
  at: Instant;
  note: string | null;
}

export type ShownTask = HouseTask & { done: Tick | null };

const FIRST: readonly Omit<HouseTask, 'contact'>[] = [
  { id: 'front-of-house', text: 'Einlass, Besucherdienst und Gastronomie verständigen.' },
  {
    id: 'own-buyers',
    text: 'Käufer:innen der eigenen Kassa und des eigenen Webshops verständigen: sie bekommen keine Servicemail von Ö-Ticket.',
  },
  { id: 'subscriptions', text: 'Inhaber:innen von Abonnements und Paketen verständigen.' },
  { id: 'website', text: 'Website, Spielplan und Aushang berichtigen.' },
];

const LAST: readonly Omit<HouseTask, 'contact'>[] = [
  {
    id: 'service-mail-confirmed',
    text: 'Bei Ö-Ticket die Bestätigung abwarten, dass die Servicemail versendet wurde.',
  },
  {
    id: 'refund-instructed-elsewhere',
    text: 'Rückerstattung für Karten anweisen, die nicht bei Ö-Ticket gekauft wurden.',
  },
];

/** Ö-Ticket is to be called about these. */
const OF_PARTNER = ['service-mail-confirmed', 'call-partner', 'ask-partner', 'notify-partner'];

/** An entry of a house with one of these ids takes the place of ours. */
const OWN_TASK_IDS: readonly string[] = [...FIRST, ...LAST].map(({ id }) => id);

/** Of the entries that a case adds, no house can have one. */
export function isReservedTaskId(id: string): boolean {
  return id.startsWith(UNDO) || LEFT_IDS.includes(id);
}

const UNDO = 'undo-';

/** The list as the order freezes it: ours in their order, the house's own before those that wait for Ö-Ticket. */
export function tasksOfHouse({ tasks, contacts }: Pick<House, 'tasks' | 'contacts'>): HouseTask[] {
  const withContact = ({ id, text }: Omit<HouseTask, 'contact'>): HouseTask =>
    tasks.find((own) => own.id === id) ?? {
      id,
      text,
      contact: OF_PARTNER.includes(id) ? contacts.partner : null,
    };
  const own = tasks.filter(({ id }) => !OWN_TASK_IDS.includes(id));
  return [...FIRST.map(withContact), ...own, ...LAST.map(withContact)];
}

/**
 * The list as it stands. `null`: the case is from before, or was refused. `as`: as the case ended, or, to say it
 * beforehand, as it would end.
 */
export function tasksOf(lines: CaseLines, as: Ending = endingOf(lines)): ShownTask[] | null {
  const { opening, entries } = lines;
  if (!opening?.tasks || as === 'refused') return null;
  // Nobody is told of a cancellation that may never be.
  if (isUnapproved(opening, entries)) return null;
  // From the accepted abort on it is to be played, whoever ends the case, and how.
  const ending = isAbortAccepted(entries) ? 'aborted' : as;
  const known = opening.tasks.map(({ id }) => id);
  const added = leftByCase(lines, ending)
    .filter(({ id }) => !known.includes(id))
    .map((left) => ({ ...left, contact: contactFor(opening, left.id) }));
  const since = new Map(added.map((left) => [left.id, left.since]));
  const isLater = ({ id }: HouseTask) => id === RIGHT_ENDS;
  // What the case adds is urgent, but for a right that ends in months.
  const tasks = [
    ...added.filter((task) => !isLater(task)),
    ...(ending === 'aborted' ? toTakeBack(opening, entries) : opening.tasks),
    ...added.filter(isLater),
  ];
  return tasks.map(({ id, text, contact }) => ({
    id,
    text,
    contact,
    done: tickOf(entries, id, since.get(id)),
  }));
}

/**
 * An entry that can be ticked: one of the list, or, after an abort, one that the list had before. Whoever has told people of
 * the cancellation until then says so, and the list then asks to tell them again. `null`: there never was one.
 */
export function taskToTick(lines: CaseLines, id: string): ShownTask | null {
  const listed = tasksOf(lines)?.find((task) => task.id === id);
  const before = lines.opening?.tasks?.find((task) => task.id === id);
  return listed ?? (before ? { ...before, done: tickOf(lines.entries, id) } : null);
}

/**
 * What no machine has done, as sentences: the open entries of the list, and of a case that goes on, that. `ending`: as the
 * case ended, or, to say it beforehand, as it would end.
 */
export function remainingByHand(lines: CaseLines, ending: Ending = endingOf(lines)): string[] {
  const isOpen = ending === 'open';
  // Nobody knows whether a case that was interrupted after its Storno goes on.
  const asEnded = isOpen && lines.entries.some(isStornoTried) ? 'completed' : ending;
  const tasks = tasksOf(lines, asEnded);
  if (!tasks) return remainingOfBefore(lines, ending);
  const open = openTexts(tasks);
  return isOpen ? ['Die Absage ist nicht zu Ende: ihren Stand ansehen.', ...open] : open;
}

/** An entry may name who was told: as people read it. Who has ticked it is for whoever shows it. */
export function withShownNameIn(task: ShownTask): ShownTask {
  return { ...task, text: withShownNames(task.text) };
}

/** The open entries of the list as sentences, with whom to call. */
export function openTexts(tasks: readonly ShownTask[]): string[] {
  return tasks.filter(({ done }) => done === null).map(taskText);
}

function taskText({ text, contact }: HouseTask): string {
  return contact ? `${text} (${contact.name}, Telefon ${contact.phone})` : text;
}

/** Who was told of a cancellation that does not happen has to be told again. */
function toTakeBack({ tasks = [] }: Opening, entries: readonly JournalEntry[]): HouseTask[] {
  return tasks.flatMap(({ id, text, contact }) => {
    const told = tickOf(entries, id);
    if (!told) return [];
    const by = `Von der Absage verständigt hat: ${told.by}${told.note ? ` (${told.note})` : ''}.`;
    return [{ id: `${UNDO}${id}`, text: `Es wird doch gespielt: ${text} ${by}`, contact }];
  });
}

function contactFor({ contacts }: Opening, id: string): TaskContact | null {
  if (OF_PARTNER.includes(id)) return contacts?.partner ?? null;
  return id === 'ask-ticketing-team' ? (contacts?.ticketingTeam ?? null) : null;
}

type TickLine = EntryOf<'tick-task'>;

/** The ticks of one entry, taken back or not, oldest first. */
export function ticksOf(entries: readonly JournalEntry[], id: string): TickLine[] {
  return entries.filter(
    (entry): entry is TickLine => entry.operation === 'tick-task' && entry.after.id === id,
  );
}

/** `since`: a tick of before that line is about something else. */
function tickOf(entries: readonly JournalEntry[], id: string, since = 0): Tick | null {
  const last = ticksOf(entries, id).findLast(({ seq }) => seq > since);
  if (!last?.after.done) return null;
  return { by: last.actor, at: last.at, note: last.after.note ?? null };
}
