import { isOpenRun } from '../client';
import type { CodedText } from '../domain/case';
import type { JournalEntry } from '../domain/journal';
import { endOf, openingOf } from '../domain/lines';
import { refusal } from '../domain/refusals';
import { isEnd } from '../domain/vocabulary';
import { requireHouse, type Caller } from './caller';
import { viewOf } from './case-view';
import { withContact } from './contact';
import { statusFromJournal } from './journal-status';
import type { CaseSources } from './sources';
import { forCaller } from './for-caller';
import { toView, type CancellationView, type CaseView } from './view';
import { readHoldingCase } from './which-case';

/** An event, as addresses name it. */
interface EventRef {
  house: string;
  eventNumber: string;
}

/** The case that already holds the event: it blocks an order, unless it was started by the same one. */
export interface HoldingCase {
  entries: readonly JournalEntry[];
  view: CaseView | null;
}

/** The journal remembers longer than Temporal: a completed case holds its event for good. */
export async function findHoldingCase(
  sources: CaseSources,
  { house, eventNumber }: EventRef,
): Promise<HoldingCase | null> {
  const holding = await readHoldingCase(sources.journal, house, eventNumber);
  if (!holding) return null;
  const { caseId } = holding;
  const entries = await withContact(sources.journal, holding.entries);
  const run = await sources.client.find(house, eventNumber);
  // A run that was started by hand has no case id in its memo. If it is open, it can only be this case.
  const isOwn = run?.caseId === caseId || (run?.caseId === null && run.status === 'running');
  if (isOwn) return { entries, view: await viewOf(sources, { house, eventNumber }) };
  // The event was put back, and the open run's check is about to write down that it takes the place of this case.
  if (sources.isRehearsal && run && isOpenRun(run) && endOf(entries) !== null) return null;
  const status = statusFromJournal(entries, false);
  return { entries, view: status && toView(sources, { house, eventNumber }, null, status, true) };
}

/**
 * Whether the event was put on sale again since its case has ended. Jet itself is asked, and only where a rehearsal could
 * have put it back.
 */
export async function isPutBack(
  { client, isRehearsal }: CaseSources,
  { house, eventNumber }: EventRef,
  { entries }: HoldingCase,
): Promise<boolean> {
  if (!isRehearsal) return false;
  if (endOf(entries) === null || !openingOf(entries)) return false;
  return client.read<boolean>('isPutBack', house, { house, eventNumber });
}

/** The case because of which the event cannot be ordered now; `null`: there is none. */
export async function findCaseInTheWay(
  sources: CaseSources,
  caller: Caller,
  event: EventRef,
): Promise<CancellationView | null> {
  requireHouse(sources.houses, caller, event.house, 'see');
  const view = await viewInTheWay(sources, event);
  return view && forCaller(caller, view);
}

async function viewInTheWay(sources: CaseSources, event: EventRef): Promise<CaseView | null> {
  const holding = await findHoldingCase(sources, event);
  if (holding) return (await isPutBack(sources, event, holding)) ? null : holding.view;
  // A run that is still in its check has no line yet.
  const view = await viewOf(sources, event);
  return view && !isEnd(view.state) ? view : null;
}

/** Why nothing new can be ordered beside this case. */
export function alreadyRefusal({ state }: Pick<CaseView, 'state'>): CodedText {
  return refusal(isEnd(state) ? 'already-completed' : 'already-cancelling');
}
