import type { SeriesAction } from './series-vocabulary';
import { noticeStanding, noticesOf, type SeriesLine, type SeriesState } from './series-lines';
import { NOTHING_TO_APPROVE, openApproval } from './series-approval';
import type { SeriesApproval } from './series-line';
import type { CaseMark } from './case-marks';
import type { Instant } from './types';

/** How far the cases of a series are, by case. One that has no line is left out. */
export type Marks = ReadonlyMap<string, CaseMark>;

/** How far one performance is. `waiting`: it has not begun. */
export type ItemState =
  'waiting' | 'running' | 'skipped' | 'aborted' | 'refused' | 'completed' | 'closed-by-hand';

export function itemStateOf(state: SeriesState, marks: Marks, caseId: string): ItemState {
  const mark = marks.get(caseId);
  if (mark?.first === 'opening') return mark.end ?? 'running';
  if (state.skipped.has(caseId)) return 'skipped';
  if (state.refused.has(caseId)) return 'refused';
  if (mark) return NOT_BEGUN.includes(mark.refusal) ? 'skipped' : 'refused';
  return state.abort || state.end ? 'skipped' : 'waiting';
}

/** A case that its series did not let begin has written that down. */
const NOT_BEGUN: readonly (string | null)[] = ['skipped-in-series', 'series-aborted'];

/** Those in one of these states, by case, in their order. */
export function itemsIn(state: SeriesState, marks: Marks, ...states: readonly ItemState[]): string[] {
  const ids = state.items.map(({ item }) => item.caseId);
  return ids.filter((caseId) => states.includes(itemStateOf(state, marks, caseId)));
}

/** Those that came to no good end: each of them can be tried again as a new case. */
export function failedItems(state: SeriesState, marks: Marks): string[] {
  return itemsIn(state, marks, 'refused', 'aborted');
}

/** Every performance has come to its end, or will never begin. */
export function isSeriesOver(state: SeriesState, marks: Marks): boolean {
  if (state.plan?.after.refusal) return true;
  return itemsIn(state, marks, 'waiting', 'running').length === 0;
}

/**
 * Why that is not possible now, in one sentence; `null`: it is. The one rule: for what is offered, for the run that is asked, and
 * for the line that is written. `items`: by case, where the action names some.
 */
export function seriesActionFault(
  action: SeriesAction,
  lines: readonly SeriesLine[],
  state: SeriesState,
  marks: Marks,
  items?: readonly string[],
): string | null {
  if (action === 'retry-items') return retryFault(state, marks, items);
  if (action === 'decide-series-notice')
    return openDoubts(lines).length > 0
      ? null
      : 'Es ist keine E-Mail der Serie offen, über die zu entscheiden wäre.';
  if (state.end) return 'Die Serie ist zu Ende.';
  if (state.abort) return 'Die Serie wurde schon abgebrochen.';
  switch (action) {
    case 'pause-series':
      return state.isPaused ? 'Die Serie ist schon angehalten.' : null;
    case 'continue-series':
      return state.isPaused ? null : 'Die Serie ist nicht angehalten.';
    case 'skip-items':
      return skipFault(state, marks, items);
    case 'abort-series':
      return null;
    case 'approve-series':
    case 'reject-series':
    case 'override-series':
      return openApprovals(state, marks).length > 0 ? null : NOTHING_TO_APPROVE;
  }
}

/** What houses are asked for and have not decided about. */
export function openApprovals(state: SeriesState, marks: Marks): SeriesApproval[] {
  const waiting = itemsIn(state, marks, 'waiting');
  const houses = new Set(state.items.map(({ item }) => item.house));
  return [...houses].flatMap((house) => openApproval(state, house, waiting) ?? []);
}

function skipFault(state: SeriesState, marks: Marks, items?: readonly string[]): string | null {
  const waiting = itemsIn(state, marks, 'waiting');
  if (waiting.length === 0) return 'Es haben schon alle Vorstellungen begonnen.';
  if (items === undefined) return null;
  const begun = items.filter((caseId) => !waiting.includes(caseId));
  if (begun.length === 0) return items.length > 0 ? null : 'Es ist keine Vorstellung gewählt.';
  return `Auslassen geht nur, was noch nicht begonnen hat: ${numbersOf(state, begun)}. Es wurde keine ausgelassen.`;
}

function retryFault(state: SeriesState, marks: Marks, items?: readonly string[]): string | null {
  const failed = failedItems(state, marks);
  if (failed.length === 0) return 'Es gibt keine Vorstellung, die nicht abgesagt werden konnte.';
  if (state.abort) return 'Die Serie wurde abgebrochen: bitte eine neue Serie beauftragen.';
  if (state.plan?.after.refusal) return 'Es hat nichts begonnen: bitte die Serie neu beauftragen.';
  const others = (items ?? []).filter((caseId) => !failed.includes(caseId));
  if (others.length === 0) return null;
  return `Noch einmal versuchen geht nur, was nicht abgesagt werden konnte: ${numbersOf(state, others)} nicht.`;
}

function numbersOf({ items }: SeriesState, caseIds: readonly string[]): string {
  const numbers = caseIds.map((caseId) => {
    const found = items.find(({ item }) => item.caseId === caseId)?.item;
    return found ? `${found.house} ${found.eventNumber}` : caseId;
  });
  const others = numbers.length - MOST_NUMBERS;
  // One that stands alone is as short as its number.
  return others > 1
    ? `${numbers.slice(0, MOST_NUMBERS).join(', ')} und ${others} weitere`
    : numbers.join(', ');
}

/** So many stand in one sentence. */
const MOST_NUMBERS = 10;

/** The mails of which nobody knows whether they have arrived, or that were refused, and about which nobody has decided. */
export function openDoubts(lines: readonly SeriesLine[]) {
  return noticesOf(lines).filter(({ after }) => {
    const { kind } = noticeStanding(lines, after.house, after.number);
    return kind === 'in-doubt' || kind === 'refused';
  });
}

/** What a decision can name beside actor and reason. */
export interface SeriesRequest {
  actor: string;
  reason: string;
  items?: { caseId: string; /** With `retry-items`: the new case. */ newCaseId?: string }[];
  orderedAt?: Instant;
  notice?: { house: string; number: number; choice: 'treat-as-sent' | 'send-again' };
  /** What a word of a second person is about. `planHash`: of the plan that was approved. */
  approval?: { house: string; planHash?: string };
}
