import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { ABSAGE, type Actor } from '../domain/actor';
import type { CodedText } from '../domain/case';
import { toInstant } from '../domain/clock';
import { refusal } from '../domain/refusals';
import { NOT_POSSIBLE, type AskedUpdate } from '../domain/seal';
import {
  CANCEL_SERIES,
  itemInput,
  openedSeries,
  seriesFingerprint,
  seriesWorkflowId,
  type SeriesInput,
} from '../domain/series';
import {
  failedItems,
  isSeriesOver,
  itemsIn,
  seriesActionFault,
  type SeriesRequest,
} from '../domain/series-actions';
import {
  itemHindrance,
  linesWith,
  seriesKeys,
  seriesStateOf,
  type NewSeriesLine,
  type SeriesEnd,
} from '../domain/series-lines';
import { needsApproval } from '../domain/series-approval';
import { isSeriesApproval, type SeriesAction, type SeriesApprovalAction } from '../domain/series-vocabulary';
import type { CaseRef } from '../domain/types';
import { digest } from '../digest';
import { contactOfSeries } from '../journal/contact';
import type { Trust } from '../trust/trust';
import { asActivity, currentRun, type ActivityDependencies, type RunHolder } from './activity';
import { refuseUnproven } from './asked';
import { plan } from './check';
import type { KnownSeries } from './known-series';
import { requireHouse, requireWritten } from './reading';
import { approvalsDue, isAnswered, untoldApprovals, wordFault, wordLine } from './series-approval-rules';

import { countAtWork, lookAgainMs, noticesDue, toAbort, type Beginning, type Survey } from './series-due';

/** So many performances of one series are at work in Jet at once: those that wait for Ö-Ticket do not count. */
const WINDOW = 20;

/** What one performance would be planned as. */
export interface PlannedItem {
  caseId: string;
  planHash: string;
}

/** The input of an activity of a series. */
export interface SeriesStep {
  seriesId: string;
}

/** As `asCaseActivity`, for a series: only inside of its own workflow, and only in a run that may act for it. */
export function asSeriesActivity<I extends SeriesStep, O>(
  trust: Trust,
  work: (input: I) => Promise<O>,
): (input: I) => Promise<O> {
  return asActivity(async (input: I) => {
    const run = currentRun();
    const isIts =
      run.workflowId === seriesWorkflowId(input.seriesId) &&
      Context.current().info.workflowType === CANCEL_SERIES;
    if (isIts && (await trust.mayActFor(input.seriesId, run))) return work(input);
    throw ApplicationFailure.nonRetryable('an activity outside of its series', 'NotOfThisSeries');
  });
}

/** What the run of a series does beside the mails to Ö-Ticket, which stand in `series-notice.ts`. */
export function createSeriesActivities(deps: ActivityDependencies) {
  const { series, journal, houses, trust, seriesWindow: window = WINDOW } = deps;

  /** Proves who has started the run: whoever may not, starts nothing by it. */
  const beginSeries = asActivity(
    async ({ input }: { input: SeriesInput }): Promise<{ isPlanWanted: boolean; caseIds: string[] }> => {
      const run = currentRun();
      const isIts = run.workflowId === seriesWorkflowId(input.seriesId);
      if (!isIts || !(await trust.proveStart(run, input)).isTrusted)
        throw ApplicationFailure.nonRetryable(refusal('not-sealed').text, 'NotOfThisSeries');
      const { state } = await readState(deps, input.seriesId);
      const isPlanWanted = state.plan === null && state.order.after.planHash !== undefined;
      return { isPlanWanted, caseIds: state.items.map(({ item }) => item.caseId) };
    },
  );

  /**
   * Plans one performance as its own check will. In Jet's queue: it reads the event and the right. Where somebody has to approve
   * it, what they see is written down; it is read once.
   */
  const planItem = asSeriesActivity(
    trust,
    async ({ seriesId, caseId }: SeriesStep & { caseId: string }): Promise<PlannedItem> => {
      const { lines, state } = await readState(deps, seriesId);
      const known = linesWith(lines, 'plan-item').find(({ after }) => after.caseId === caseId);
      if (known) return { caseId, planHash: known.after.planHash };
      const item = requireWritten(
        state.items.find((each) => each.item.caseId === caseId),
        `case ${caseId} of the series`,
      );
      const { order, policy } = itemInput(seriesId, openedSeries(state.order.after), item);
      const { planned, planHash } = await plan(deps, requireHouse(houses, order.house), order, policy);
      if (!needsApproval(state, order.house)) return { caseId, planHash };
      const [refused] = planned.plan.refusals;
      const line = await series.appendToSeries(seriesId, {
        ...ABSAGE,
        operation: 'plan-item',
        effectKey: seriesKeys.planItem(caseId),
        after: {
          caseId,
          planHash,
          event: planned.opening?.event ?? null,
          warnings: planned.plan.warnings,
          ...(refused && { refusal: refused }),
        },
        outcome: refused?.code ?? 'ok',
      });
      // Another attempt may have read it before this one.
      return { caseId, planHash: line.operation === 'plan-item' ? line.after.planHash : planHash };
    },
  );

  /** Compares the plan of everything with the one that was looked at. Exactly that, or nothing begins. */
  const notePlan = asSeriesActivity(
    trust,
    async ({ seriesId, items }: SeriesStep & { items: PlannedItem[] }): Promise<{ isAsWanted: boolean }> => {
      const { state } = await readState(deps, seriesId);
      const hashes = Object.fromEntries(items.map(({ caseId, planHash }) => [caseId, planHash]));
      const planned = state.items.map(({ item }) => ({ ...item, planHash: hashes[item.caseId] ?? '' }));
      const planHash = digest(seriesFingerprint(planned));
      const wanted = state.order.after.planHash;
      const isAsWanted = wanted === undefined || wanted === planHash;
      const line = await series.appendToSeries(seriesId, {
        ...ABSAGE,
        operation: 'plan-series',
        effectKey: seriesKeys.plan,
        after: { planHash, items: hashes, ...(!isAsWanted && { refusal: refusal('plan-changed') }) },
        outcome: isAsWanted ? 'ok' : 'plan-changed',
      });
      return { isAsWanted: line.outcome === 'ok' };
    },
  );

  /** What there is to do now. Everything that it goes by stands in the journal, so a reset does nothing twice. */
  const surveySeries = asSeriesActivity(
    trust,
    async ({ seriesId, begun }: SeriesStep & { begun: string[] }): Promise<Survey> => {
      const known = await withoutLost(seriesId, await readSeries(deps, seriesId), new Set(begun));
      const { state, marks } = known;
      const approvals = approvalsDue(known);
      const atWork = countAtWork(state, marks, new Set(begun));
      const begin = await beginnings(seriesId, known, new Set(begun), window - atWork);
      const afterMs = deps.seriesNoticeAfterMs ?? NOTICE_AFTER_MS;
      return {
        begin,
        abort: toAbort(state, marks),
        notices: await noticesDue(known, () => inNeed(seriesId), afterMs),
        ...(approvals && { approvals }),
        ...(untoldApprovals(known).length > 0 && { isUntold: true }),
        isOver: isSeriesOver(state, marks) && state.plan !== null && approvals === null,
        lookAgainMs: lookAgainMs(state, begin.length > 0 || atWork > 0),
      };
    },
  );

  /**
   * A run that ended before its case had a line was ended by somebody: its performance is written down as refused, so that it can
   * be tried again. Should its check wake up and open the case all the same, that counts, and the case shows as interrupted.
   */
  async function withoutLost(
    seriesId: string,
    known: KnownSeries,
    begun: ReadonlySet<string>,
  ): Promise<KnownSeries> {
    const waiting = itemsIn(known.state, known.marks, 'waiting').filter((caseId) => begun.has(caseId));
    const items = known.state.items.map(({ item }) => item).filter(({ caseId }) => waiting.includes(caseId));
    let isAnyLost = false;
    for (const item of items) {
      if ((await holderOf(item)) !== 'none') continue;
      isAnyLost = true;
      // It may have written its first line, and its last one, since these were read.
      await series.decideOnSeries(seriesId, (_lines, marks) =>
        marks.has(item.caseId) ? null : refusalOf(item.caseId, refusal('run-ended')),
      );
    }
    return isAnyLost ? readSeries(deps, seriesId) : known;
  }

  /** Where Temporal cannot say it, nothing is concluded: `null`. */
  async function holderOf(ref: CaseRef): Promise<RunHolder | null> {
    return (await deps.holderOf?.(ref).catch(() => null)) ?? null;
  }

  /** Nobody waits for what Temporal cannot say. */
  async function inNeed(seriesId: string): Promise<ReadonlySet<string>> {
    return (await deps.casesInNeed?.(seriesId).catch(() => null)) ?? new Set();
  }

  async function beginnings(
    seriesId: string,
    { state, marks }: KnownSeries,
    begun: ReadonlySet<string>,
    most: number,
  ): Promise<Beginning[]> {
    if (state.isPaused || state.abort || state.end || state.plan?.outcome !== 'ok') return [];
    const waiting = new Set(itemsIn(state, marks, 'waiting'));
    const next = state.items
      .filter(({ item: { caseId } }) => waiting.has(caseId) && !begun.has(caseId))
      .filter(({ item }) => itemHindrance(state, item) === null)
      .slice(0, Math.max(0, most));
    if (next.length === 0) return [];
    const named = await contactOfSeries(journal, state.order);
    const whole = openedSeries(state.order.after, named?.contact);
    return next.map((item) => {
      const input = itemInput(seriesId, whole, item);
      return { input, orderDigest: digest(input.order) };
    });
  }

  /**
   * Another run holds the event. When that is a case that the journal knows, the performance is refused; when it is this very
   * case, begun before a reset, nothing is wrong. Otherwise it is tried again: nobody knows yet.
   */
  const judgeHeld = asSeriesActivity(
    trust,
    async ({
      seriesId,
      ref,
      isLast,
    }: SeriesStep & { ref: CaseRef; isLast: boolean }): Promise<{ isBegun: boolean }> => {
      const marks = await series.caseMarks([ref.caseId]);
      // While Jet lets no check through, its own run has no line yet.
      if (marks.has(ref.caseId) || (await holderOf(ref)) === 'own') return { isBegun: true };
      const holder = await journal.holdingCase(ref.house, ref.eventNumber);
      if (holder === null && !isLast) return { isBegun: false };
      const reason: CodedText = holder === null ? refusal('held-by-stranger') : refusal('already-cancelling');
      // A process that stood still may find that the case has begun since.
      const refused = await series.decideOnSeries(seriesId, (_lines, begun) =>
        begun.has(ref.caseId) ? null : refusalOf(ref.caseId, reason),
      );
      return { isBegun: refused === null };
    },
  );

  /** Writes down what somebody has decided about the series, by the same rule that offers it. */
  const decideOnSeries = asSeriesActivity(
    trust,
    async (input: SeriesDecision): Promise<{ begun: number }> => {
      const { seriesId, action, asked } = input;
      const { request } = asked;
      const by = provenBy(trust, seriesId, action, asked);
      let begun = 0;
      const written = await series.decideOnSeries(seriesId, (lines, marks) => {
        const effectKey = seriesKeys.decision(action, asked.updateId);
        if (lines.some((line) => line.effectKey === effectKey)) return null;
        if (isAnswered(lines, asked.updateId)) return null;
        const state = requireWritten(seriesStateOf(lines), 'the order of the series');
        const wanted = request as SeriesRequest;
        const items = wanted.items?.map((item) => item.caseId);
        const fault =
          seriesActionFault(action, lines, state, marks, items) ??
          (isSeriesApproval(action) ? wordFault(action, state, marks, by, wanted) : null);
        if (fault) throw ApplicationFailure.nonRetryable(fault, NOT_POSSIBLE);
        begun = itemsIn(state, marks, 'running').length;
        if (isSeriesApproval(action)) return wordLine(action, by, asked.updateId, wanted, state);
        return decisionLine(action, effectKey, by, wanted, failedItems(state, marks));
      });
      if (written) return { begun };
      const { state, marks } = await readSeries(deps, seriesId);
      return { begun: itemsIn(state, marks, 'running').length };
    },
  );

  /** The abort of one performance, on behalf of whoever has aborted the series. What is too late for it goes on. */
  const abortItem = asSeriesActivity(
    trust,
    async ({
      ref,
      by,
      reason,
      seriesId,
    }: SeriesStep & { ref: CaseRef; by: Actor; reason: string }): Promise<void> => {
      const abortCase = requireWritten(deps.abortCase, 'a way to reach the case');
      await abortCase(ref, by, reason, `series/${seriesId}/abort/${ref.caseId}`);
    },
  );

  /** `null`: it goes on, because failed ones are tried again since it was found over. */
  const endSeries = asSeriesActivity(
    trust,
    async ({ seriesId }: SeriesStep): Promise<{ end: SeriesEnd | null }> => {
      await series.decideOnSeries(seriesId, (lines, marks) => {
        const state = requireWritten(seriesStateOf(lines), `the order of series ${seriesId}`);
        if (state.end || !isSeriesOver(state, marks)) return null;
        const refused = state.plan?.after.refusal;
        const nth = lines.filter(({ operation }) => operation === 'end-series').length + 1;
        return {
          ...ABSAGE,
          operation: 'end-series',
          effectKey: seriesKeys.end(nth),
          after: refused ? { refusal: refused } : {},
          outcome: refused ? 'refused' : state.abort ? 'aborted' : 'completed',
        };
      });
      const { state } = await readState(deps, seriesId);
      return { end: state.end?.outcome ?? null };
    },
  );

  return { beginSeries, notePlan, surveySeries, judgeHeld, decideOnSeries, abortItem, endSeries, planItem };
}

/** How long a mail waits for the performances of its house that are not as far yet, in milliseconds. */
export const NOTICE_AFTER_MS = 30 * 60_000;

/** A decision as it was asked for. */
export interface SeriesDecision extends SeriesStep {
  action: SeriesAction;
  asked: AskedUpdate;
}

function refusalOf(caseId: string, reason: CodedText): NewSeriesLine {
  return {
    ...ABSAGE,
    operation: 'refuse-item',
    effectKey: seriesKeys.refusal(caseId),
    after: { caseId, refusal: reason },
    outcome: reason.code,
  };
}

function decisionLine(
  action: Exclude<SeriesAction, SeriesApprovalAction>,
  effectKey: string,
  by: Actor,
  { reason, items = [], orderedAt = toInstant(Date.now()), notice }: SeriesRequest,
  failed: readonly string[],
): NewSeriesLine {
  const line = { ...by, effectKey };
  switch (action) {
    case 'pause-series':
    case 'continue-series':
    case 'abort-series':
      return { ...line, operation: action, after: { reason }, outcome: 'accepted' };
    case 'skip-items':
      return {
        ...line,
        operation: action,
        after: { reason, items: items.map((item) => item.caseId) },
        outcome: 'accepted',
      };
    case 'retry-items': {
      const pairs = items.flatMap(({ caseId, newCaseId }) =>
        newCaseId !== undefined && failed.includes(caseId) ? [{ instead: caseId, caseId: newCaseId }] : [],
      );
      return { ...line, operation: action, after: { reason, orderedAt, items: pairs }, outcome: 'accepted' };
    }
    case 'decide-series-notice': {
      const { house, number, choice } = requireWritten(notice, 'the mail that is decided about');
      // Each mail is decided about once, whoever asks again.
      const effectOnce = seriesKeys.noticeDecision(house, number);
      return {
        ...by,
        effectKey: effectOnce,
        operation: action,
        after: { reason, house, number },
        outcome: choice,
      };
    }
  }
}

function provenBy(trust: Trust, seriesId: string, action: SeriesAction, asked: AskedUpdate): Actor {
  return trust.proveUpdate(currentRun(), seriesId, action, asked) ?? refuseUnproven(action, asked);
}

export async function readSeries(
  { series }: Pick<ActivityDependencies, 'series'>,
  seriesId: string,
): Promise<KnownSeries> {
  const { lines, state } = await readState({ series }, seriesId);
  const marks = await series.caseMarks(state.items.map(({ item }) => item.caseId));
  return { lines, state, marks };
}

/** What was decided, without how far the cases are: those are many lines. */
async function readState(
  { series }: Pick<ActivityDependencies, 'series'>,
  seriesId: string,
): Promise<Omit<KnownSeries, 'marks'>> {
  const lines = await series.seriesLines(seriesId);
  return { lines, state: requireWritten(seriesStateOf(lines), `the order of series ${seriesId}`) };
}
