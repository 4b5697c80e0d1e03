import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  ParentClosePolicy,
  patched,
  proxyActivities,
  setHandler,
  startChild,
  currentUpdateInfo,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Activities, JetActivities } from '../activities';
import type { PlannedItem } from '../activities/series';
import type { Beginning, Survey } from '../activities/series-due';
import type { Seal } from '../domain/seal';
import type { SeriesInput } from '../domain/series';
import { SERIES_ACTIONS, type SeriesAction } from '../domain/series-vocabulary';
import type { SeriesEnd } from '../domain/series-lines';
import type { CaseRef } from '../domain/types';
import { turnOf } from '../domain/urgency';
import { SERIES_SUMMARIES } from '../domain/wording';
import { inBatches } from './batches';
import { caseStart } from './case-start';
import { isLookNeeded } from './failure';
import { CANCEL_PERFORMANCE, JET_TASK_QUEUE, TASK_QUEUE } from './messages';
import { refuse } from './operator-actions';
import { SERIES_UPDATES, seriesQuery, type SealedSeriesRequest, type SeriesAnswer } from './series-messages';

/** How a series ended, for the list of workflows. */
export interface SeriesResult {
  end: SeriesEnd;
}

/** Long before Temporal's limit of 50,000 events, and of 4,096 that a page of it shows well. */
const LONGEST_HISTORY = 2_000;
/** A long run that waits for what is under way looks no more often, in milliseconds: each look makes it longer. */
const REST_MS = 30_000;

/** So many plans are asked for at once, and so many looks are one activity: as many calls as an activity of Jet may make. */
const PLANS_AT_ONCE = 4;
const LOOKS_IN_ONE = 4;

/** For this share of the time for which a look holds, looks are gathered for one mail: the first one must still hold then. */
const GATHERING = 0.4;
/** So many cases are asked at once to abort: each may come to its Storno meanwhile. */
const ABORTS_AT_ONCE = 10;

/** So often a performance whose event another run holds is tried before it is given up. */
const TRIES_OF_HELD = 6;

/**
 * Cancels many performances by one decision: the soonest first, each as a case of its own that goes on whatever becomes of this
 * run, and one mail to Ö-Ticket for each house. What was decided stands in the journal; this run only carries it out, and a
 * reset, another run after a termination, or the next one of the same chain finds everything there.
 */
export async function cancelSeries(input: SeriesInput): Promise<SeriesResult> {
  const run = new SeriesRun(input);
  run.handleActions();
  return CancellationScope.nonCancellable(() => run.carryOut());
}

class SeriesRun {
  private readonly begun: Set<string>;
  private readonly seals: Record<string, Seal>;
  private readonly held = new Map<string, number>();
  private hasMoved = false;
  /** What is done beside the rest, because the rest need not wait for it. */
  private readonly aside = new Set<string>();

  constructor(private readonly input: SeriesInput) {
    this.begun = new Set(input.begun);
    this.seals = { ...input.seals };
    setHandler(seriesQuery, () => ({ begun: [...this.begun] }));
  }

  private get seriesId(): string {
    return this.input.seriesId;
  }

  async carryOut(): Promise<SeriesResult> {
    const { seriesId } = this;
    const { isPlanWanted, caseIds } = await activities(SERIES_SUMMARIES.begin).beginSeries({
      input: this.input,
    });
    const isAsWanted = await this.plan(isPlanWanted ? caseIds : []);
    // Nothing waits for that.
    if (isAsWanted) void this.tellHouses('begun');
    for (;;) {
      this.hasMoved = false;
      const survey = await activities(SERIES_SUMMARIES.survey).surveySeries({
        seriesId: this.seriesId,
        begun: [...this.begun],
      });
      if (survey.isOver) return this.end();
      // Beside a run that is long nothing is begun, or something would be under way for ever, and the run could not go on anew.
      const isResting = isLong() && patched('rests-when-long');
      // Other houses do not wait for it.
      if (survey.approvals && !isResting)
        this.doAside('settle', () => this.settleApprovals(survey.approvals?.plan ?? []));
      if (survey.isUntold && !isResting)
        this.doAside('tell', () =>
          houseActivities(SERIES_SUMMARIES.tellApprovals).tellApprovals({ seriesId }),
        );
      // Temporal takes them in this order, and all of them in one task.
      await Promise.all(survey.begin.map((beginning) => this.begin(beginning)));
      for (const some of inBatches(survey.abort, ABORTS_AT_ONCE))
        await Promise.all(some.map((item) => this.abort(item)));
      // A mail server may be slow: neither an abort nor another house waits for it.
      for (const notice of isResting ? [] : survey.notices)
        this.doAside(`notice/${notice.house}`, () => this.tell(notice));
      if (isLong() && this.aside.size === 0) await this.goOnAnew();
      if (isResting) await condition(() => this.aside.size === 0, REST_MS);
      else await condition(() => this.hasMoved, survey.lookAgainMs);
    }
  }

  /** Each action is written down by the rule that offers it, and what follows from it is read from there. */
  handleActions(): void {
    for (const action of SERIES_ACTIONS)
      setHandler(SERIES_UPDATES[action], (request) => this.act(action, request));
  }

  private async act(action: SeriesAction, { seals, ...request }: SealedSeriesRequest): Promise<SeriesAnswer> {
    const asked = { updateId: currentUpdateInfo()?.id ?? '', request };
    const decide = activities(SERIES_SUMMARIES.decide).decideOnSeries;
    // Before the line is there: from then on a survey may begin what they vouch for.
    Object.assign(this.seals, seals);
    const answer = await CancellationScope.nonCancellable(() =>
      decide({ seriesId: this.seriesId, action, asked }),
    ).catch(refuse);
    this.hasMoved = true;
    return answer;
  }

  private async planItems(caseIds: readonly string[]): Promise<PlannedItem[]> {
    const { seriesId } = this;
    const { planItem } = jetActivities(SERIES_SUMMARIES.plan);
    const items: PlannedItem[] = [];
    for (const some of inBatches(caseIds, PLANS_AT_ONCE))
      items.push(...(await Promise.all(some.map((caseId) => planItem({ seriesId, caseId })))));
    return items;
  }

  private async plan(caseIds: readonly string[]): Promise<boolean> {
    const { seriesId } = this;
    const items = await this.planItems(caseIds);
    return (await activities(SERIES_SUMMARIES.plan).notePlan({ seriesId, items })).isAsWanted;
  }

  /** Reads what somebody is to approve, as far as it is not read yet, and asks, or ends what nobody has decided in time. */
  private async settleApprovals(caseIds: readonly string[]): Promise<void> {
    const { seriesId } = this;
    await this.planItems(caseIds);
    await activities(SERIES_SUMMARIES.approvals).settleSeriesApprovals({ seriesId });
    this.hasMoved = true;
  }

  /** One at a time of each kind. What fails is seen, and begun again, by the next survey. */
  private doAside(kind: string, work: () => Promise<unknown>): void {
    if (this.aside.has(kind)) return;
    this.aside.add(kind);
    void work()
      .catch(notTold)
      .finally(() => this.aside.delete(kind));
  }

  /** Starts a case as its own run. When another one holds the event, the journal says what to think of it. */
  private async begin({ input, orderDigest }: Beginning): Promise<void> {
    const { caseId, order } = input;
    const ref = { caseId, house: order.house, eventNumber: order.eventNumber };
    const seal = this.seals[caseId];
    try {
      const child = await startChild(CANCEL_PERFORMANCE, {
        ...caseStart({ ...input, ...(seal && { seal }) }, orderDigest),
        taskQueue: TASK_QUEUE,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
      });
      this.begun.add(caseId);
      // Its end, whatever it is, is a reason to look again; what it was stands in the journal.
      void child.result().then(
        () => (this.hasMoved = true),
        () => (this.hasMoved = true),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await this.judgeHeld(ref);
    }
  }

  private async judgeHeld(ref: CaseRef): Promise<void> {
    const tries = (this.held.get(ref.caseId) ?? 0) + 1;
    this.held.set(ref.caseId, tries);
    const judge = activities(SERIES_SUMMARIES.judge).judgeHeld;
    const { isBegun } = await judge({ seriesId: this.seriesId, ref, isLast: tries >= TRIES_OF_HELD });
    if (isBegun) this.begun.add(ref.caseId);
  }

  private async abort({ by, reason, ...ref }: Survey['abort'][number]): Promise<void> {
    const { seriesId } = this;
    await activities(SERIES_SUMMARIES.abort).abortItem({ seriesId, ref, by, reason });
  }

  /** Looks at the performances once more, and tells Ö-Ticket of those that are Storno. The others follow with a later mail. */
  private async tell({ house, items, lookHoldsMs }: Survey['notices'][number]): Promise<void> {
    const { seriesId } = this;
    if (lookHoldsMs === null) {
      await mailActivities().sendSeriesNotice({ seriesId, house, items, lookedAtMs: Date.now() });
      return;
    }
    const { lookAtItems } = jetActivities(SERIES_SUMMARIES.look, house);
    const seen: CaseRef[] = [];
    const lookedAtMs = Date.now();
    for (const some of inBatches(items, LOOKS_IN_ONE)) {
      if (Date.now() - lookedAtMs > GATHERING * lookHoldsMs) break;
      seen.push(...(await lookAtItems({ seriesId, items: some })).seen);
    }
    if (seen.length === 0) return;
    const leftMs = lookHoldsMs - (Date.now() - lookedAtMs);
    try {
      const { sendSeriesNotice } = mailActivities(Math.max(1_000, leftMs / 2));
      await sendSeriesNotice({ seriesId, house, items: seen, lookedAtMs });
    } catch (error) {
      // No worker was free in time: the next survey has them looked at again.
      if (!isLookNeeded(error)) throw error;
    }
  }

  private async end(): Promise<SeriesResult> {
    const { seriesId } = this;
    const { end } = await activities(SERIES_SUMMARIES.end).endSeries({ seriesId });
    if (end === null) return this.carryOut();
    await this.tellHouses('ended');
    await condition(() => allHandlersFinished() && this.aside.size === 0);
    // Somebody may have decided in the meantime that failed ones are tried again.
    if (this.hasMoved) return this.carryOut();
    return { end };
  }

  private tellHouses(kind: 'begun' | 'ended'): Promise<unknown> {
    const { seriesId } = this;
    return houseActivities(SERIES_SUMMARIES.houses).tellHouses({ seriesId, kind }).catch(notTold);
  }

  private async goOnAnew(): Promise<void> {
    await condition(allHandlersFinished);
    await continueAsNew<typeof cancelSeries>({
      ...this.input,
      seals: this.seals,
      begun: [...this.begun],
    });
  }
}

function isLong(): boolean {
  return workflowInfo().historyLength > LONGEST_HISTORY;
}

const COMMON = {
  heartbeatTimeout: 3_000,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 60_000 },
} satisfies ActivityOptions;

/** What touches nothing but the journal, tried for as long as it takes. */
function activities(summary: string) {
  return proxyActivities<Activities>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: 60_000,
    summary,
  });
}

/** One attempt: what came of it, the next one judges. `startWithinMs`: it has to begin while the looks hold. */
function mailActivities(startWithinMs?: number) {
  return proxyActivities<Pick<Activities, 'sendSeriesNotice'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: 4 * 60_000,
    scheduleToStartTimeout: startWithinMs,
    summary: SERIES_SUMMARIES.notice,
  });
}

/** Given up after a while: the procedure does not depend on them. */
function houseActivities(summary: string) {
  return proxyActivities<Pick<Activities, 'tellHouses' | 'tellApprovals'>>({
    ...COMMON,
    taskQueue: TASK_QUEUE,
    startToCloseTimeout: 5 * 60_000,
    scheduleToCloseTimeout: 3_600_000,
    summary,
  });
}

function notTold(error: unknown): void {
  if (!(error instanceof ActivityFailure)) throw error;
}

function jetActivities(summary: string, house = '') {
  return proxyActivities<Pick<JetActivities, 'planItem' | 'lookAtItems'>>({
    ...COMMON,
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: 5 * 60_000,
    priority: turnOf('look-of-series', house),
    summary,
  });
}
