import { actorOf, type Actor } from '../domain/actor';
import { lookHoldsMs, type CancellationInput } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { itemStateOf, type Marks } from '../domain/series-actions';
import {
  itemStanding,
  linesWith,
  noticeStanding,
  noticesOf,
  type SeriesLine,
  type SeriesState,
} from '../domain/series-lines';
import type { CaseRef } from '../domain/types';
import type { KnownSeries } from './known-series';
import { requireWritten } from './reading';
import type { ApprovalsDue } from './series-approval-rules';

/* What is due in a series, told from its lines and from how far its cases are. Nothing here asks anybody or writes. */

/** A performance that has written nothing after this time waits for a person, and holds nobody up. */
const AT_WORK_MS = 10 * 60_000;

/** A series of which Temporal is told what to start, and what is missing. */
export interface Survey {
  /** What may begin now, the soonest performance first. */
  begin: Beginning[];
  /** What an accepted abort has to restore. */
  abort: (CaseRef & { by: Actor; reason: string })[];
  /** The houses for which a mail to Ö-Ticket is due, with the performances that it tells of, by case. */
  notices: {
    house: string;
    items: CaseRef[];
    /** How long a look at one of them holds, in milliseconds; `null`: nobody looks, because a mail is to be judged. */
    lookHoldsMs: number | null;
  }[];
  /** What there is to do about the approvals of its houses; absent: nothing. */
  approvals?: ApprovalsDue;
  /** Somebody is to be asked to approve something, or told that it has begun without that. */
  isUntold?: boolean;
  isOver: boolean;
  /** After this time it is to be looked again, in milliseconds. */
  lookAgainMs: number;
}

/** What a case is started with. */
export interface Beginning {
  input: CancellationInput;
  orderDigest: string;
}

/** While something is at work in Jet, the next one is to begin soon. */
const BUSY_LOOK_MS = 10_000;
const SHORTEST_LOOK_MS = 500;

export function lookAgainMs({ order }: SeriesState, isBusy: boolean): number {
  const polls = Object.values(order.after.policies).map(({ pollIntervalMs }) => pollIntervalMs);
  const calm = Math.max(SHORTEST_LOOK_MS, Math.min(...polls));
  return isBusy ? Math.min(BUSY_LOOK_MS, calm) : calm;
}

export function countAtWork(state: SeriesState, marks: Marks, begun: ReadonlySet<string>): number {
  const isAtWork = (caseId: string) => {
    const mark = marks.get(caseId);
    // One whose run was lost is refused: it will never be at work again.
    if (!mark) return begun.has(caseId) && itemStateOf(state, marks, caseId) === 'waiting';
    const isFresh = Date.now() - toMs(mark.openedAt) < AT_WORK_MS;
    return mark.end === null && mark.step === 'mark-titles' && isFresh;
  };
  return state.items.filter(({ item }) => isAtWork(item.caseId)).length;
}

export function toAbort({ abort, items }: SeriesState, marks: Marks): Survey['abort'] {
  if (!abort) return [];
  return items.flatMap(({ item: { caseId, house, eventNumber } }) => {
    const mark = marks.get(caseId);
    const isOpen = mark?.first === 'opening' && mark.end === null && !mark.hasStorno && !mark.isAborting;
    return isOpen ? [{ caseId, house, eventNumber, by: actorOf(abort), reason: abort.after.reason }] : [];
  });
}

/** A mail that the server certainly did not take is sent again after this time, twice as long with each one, at most this. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * A mail is due when every performance of the house is as far, will not be, or asks for a person, or when those that lag behind have
 * made the others wait for long enough.
 */
export async function noticesDue(
  { lines, state, marks }: KnownSeries,
  readInNeed: () => Promise<ReadonlySet<string>>,
  afterMs: number,
): Promise<Survey['notices']> {
  const due: Survey['notices'] = [];
  for (const house of new Set(state.items.map(({ item }) => item.house))) {
    // What was begun to be sent is judged first.
    const isSending = noticesOf(lines).some(
      ({ after }) => after.house === house && noticeStanding(lines, house, after.number).kind === 'sending',
    );
    if (isSending) {
      due.push({ house, items: [], lookHoldsMs: null });
      continue;
    }
    if (isPausing(lines, house)) continue;
    const own = state.items.map(({ item }) => item).filter((item) => item.house === house);
    const ready = own.filter(({ caseId }) => isReady(lines, marks, house, caseId));
    if (ready.length === 0) continue;
    const onTheWay = own.filter(({ caseId }) => isOnTheWay(state, marks, caseId));
    const readyAt = ready.map(({ caseId }) => toMs(marks.get(caseId)?.readyAt ?? toInstant(0)));
    const isLongEnough = Date.now() - Math.max(...readyAt) >= afterMs;
    // Where a clerk does each step, a case that asks for a person is one like any other.
    const mayStayBehind = onTheWay.length > 0 && onTheWay.every(({ seen }) => seen === undefined);
    // Temporal is asked only where its answer matters.
    const inNeed = mayStayBehind && !isLongEnough ? await readInNeed() : new Set<string>();
    if (isLongEnough || onTheWay.every(({ caseId }) => inNeed.has(caseId)))
      due.push({
        house,
        items: ready.map(({ caseId, eventNumber }) => ({ caseId, house, eventNumber })),
        lookHoldsMs: lookHoldsMs(
          requireWritten(state.order.after.policies[house], 'the policy of the house'),
        ),
      });
  }
  return due;
}

/** The mail server has just not taken a mail of the house: each further one costs a line in each case, and a look at each event. */
function isPausing(lines: readonly SeriesLine[], house: string): boolean {
  const noted = linesWith(lines, 'note-series-notice').filter(({ after }) => after.house === house);
  const last = noted.at(-1);
  if (last?.outcome !== 'not-sent') return false;
  const inVain = noted.length - 1 - noted.findLastIndex(({ outcome }) => outcome !== 'not-sent');
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (inVain - 1), LONGEST_PAUSE_MS);
  // The clock that has noted it may be ahead.
  return Math.abs(Date.now() - toMs(last.at)) < pauseMs;
}

function isReady(lines: readonly SeriesLine[], marks: Marks, house: string, caseId: string): boolean {
  const { readyAt = null, teller = null } = marks.get(caseId) ?? {};
  if (readyAt === null || teller?.by === 'item') return false;
  if (teller === null) return true;
  const { kind } = itemStanding(lines, { house, caseId }, teller.number);
  return kind === 'free' || kind === 'none';
}

/** It will need a mail, and does not yet. */
function isOnTheWay(state: SeriesState, marks: Marks, caseId: string): boolean {
  const each = itemStateOf(state, marks, caseId);
  if (each === 'waiting') return !state.isPaused;
  const mark = marks.get(caseId);
  const needsMail = mark?.teller === null && mark.readyAt === null && mark.step !== 'report';
  return each === 'running' && needsMail;
}
