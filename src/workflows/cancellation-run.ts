import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  uuid4,
} from '@temporalio/workflow';
import {
  STEPS,
  type Attention,
  type CancellationInput,
  type CancellationStatus,
  type CaseState,
  type CodedText,
  type EventSummary,
  type JournalHead,
  type StepName,
  type StepProgress,
} from '../domain/case';
import { toInstant } from '../domain/clock';
import { failureRow, type Action, type FailureCode } from '../domain/failures';
import {
  ABORT_ALREADY_RUNNING,
  ABORT_NOT_POSSIBLE,
  ABORT_TOO_LATE,
  DETAILS,
  describeStatus,
  NOTHING_TO_RETRY,
  STEP_LABELS,
  SUMMARIES,
} from '../domain/wording';
import type { StepInput } from '../activities/activity';
import { promptActivities, type Pace } from './activities';
import { failureCodeOf } from './failure';
import {
  abortUpdate,
  CANCELLATION_STEP,
  cancellationQuery,
  EVENT_NUMBER,
  HOUSE,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
  retryNowUpdate,
  WORKFLOW_CANCEL_ACTOR,
  type ActionRequest,
} from './messages';

const LATE_AFTER_MS = 60_000;

/** The steps that take long enough to be seen in Temporal's lists: each costs an event. */
const LISTED_STEPS: readonly StepName[] = [
  'wait-for-title-transfer',
  'wait-for-storno-transfer',
  'verify-channel',
];

/**
 * The state of a run and everything that people can do to it: what is shown, how a step is tried until it
 * succeeds, how an abort is decided. It knows nothing of the procedure's order: that is `cancelPerformance`.
 */
export class CancellationRun {
  private state: CaseState = 'checking';
  private step: StepName = 'check';
  private readonly steps: StepProgress[] = STEPS.map((name) => ({
    name,
    label: STEP_LABELS[name],
    state: 'upcoming',
    startedAt: null,
    finishedAt: null,
    detail: null,
  }));
  private waitEndsAt: string | null = null;
  private attention: Attention | null = null;
  private refusal: CodedText | null = null;
  private warnings: CodedText[] = [];
  private event: EventSummary | null = null;
  private head: JournalHead | null = null;
  private note: string | null = null;
  private isAbortAccepted = false;
  private isStornoClaimed = false;
  private isRetryRequested = false;
  private abortable: CancellationScope | null = null;
  private attempt: CancellationScope | null = null;

  constructor(readonly input: CancellationInput) {
    setHandler(cancellationQuery, () => this.status(), { description: 'Stand der Absage' });
    setHandler(abortUpdate, (request) => this.abortBy(request), {
      validator: (request) => this.validateAbort(request),
      description:
        'Absage abbrechen und Titel zurücksetzen. Braucht actor und reason. Nur vor dem Storno möglich.',
    });
    setHandler(retryNowUpdate, (request) => this.retryBy(request), {
      validator: (request) => this.validateRetry(request),
      description: 'Den aktuellen Schritt sofort noch einmal versuchen. Braucht actor und reason.',
    });
    // Handles a workflow cancel, which carries neither name nor reason.
    CancellationScope.current().cancelRequested.catch(() => this.abortByWorkflowCancel());
  }

  // --- what the procedure does ------------------------------------------------------------------------------

  get policy() {
    return this.input.policy;
  }

  /** What each activity is called with. */
  stepInput(): StepInput {
    const { caseId, order, orderedBy } = this.input;
    return {
      ref: { caseId, house: order.house, eventNumber: order.eventNumber },
      actor: orderedBy,
      head: this.head,
    };
  }

  /** Runs the part of the procedure that an abort may stop. `aborted`: it was stopped. */
  async untilAborted<T>(work: () => Promise<T>): Promise<T | 'aborted'> {
    try {
      return await CancellationScope.cancellable(async () => {
        this.abortable = CancellationScope.current();
        if (this.isAbortAccepted) this.abortable.cancel();
        return work();
      });
    } catch (error) {
      if (this.isAbortAccepted && isCancellation(error)) return 'aborted';
      throw error;
    } finally {
      this.abortable = null;
    }
  }

  /**
   * One step, tried until it succeeds. When it fails for good, or longer than the patience, the run asks for a
   * person and goes on: by itself where the cause can heal, otherwise when somebody says so.
   */
  async perform<T extends { head: JournalHead | null }>(
    step: StepName,
    work: (pace: Pace, input: StepInput) => Promise<T>,
    describe: (result: T) => string | null = () => null,
  ): Promise<T> {
    this.begin(step, this.state === 'aborting' || step === 'check' ? this.state : 'running');
    for (let pace: Pace = 'first'; ;) {
      this.isRetryRequested = false;
      try {
        const result = await this.tryOnce(() => work(pace, this.stepInput()));
        this.head = result.head ?? this.head;
        this.settle();
        this.finish(step, describe(result));
        return result;
      } catch (error) {
        if (isCancellation(error) && !this.isRetryRequested) throw error;
        if (!isCancellation(error)) await this.askForPerson(step, failureCodeOf(error));
        // Somebody who has mended the cause wants to hear soon whether it helped.
        pace = this.isRetryRequested ? 'first' : 'slow';
      }
    }
  }

  /** A durable wait, on from the save that Jet has acknowledged. */
  async wait(step: StepName, remainingMs: number): Promise<void> {
    const endsAtMs = Date.now() + remainingMs;
    this.waitEndsAt = toInstant(endsAtMs);
    this.begin(step, 'waiting');
    if (remainingMs > 0) await sleep(remainingMs, { summary: SUMMARIES.wait(this.waitEndsAt) });
    const isLate = Date.now() - endsAtMs > LATE_AFTER_MS;
    const detail = isLate ? DETAILS.late(this.waitEndsAt) : null;
    this.waitEndsAt = null;
    this.finish(step, detail);
  }

  /** What the check has found out, for the view. */
  learn(checked: { event: EventSummary | null; warnings: CodedText[] }): void {
    this.event = checked.event;
    this.warnings = checked.warnings;
  }

  skip(step: StepName, detail: string): void {
    Object.assign(this.progressOf(step), { state: 'skipped', detail });
  }

  /** From here on nobody can abort. */
  passPointOfNoReturn(): void {
    this.isStornoClaimed = true;
  }

  /** A run that was reset finds the abort's claim in the journal: it is accepted again, and the run cancelled. */
  async beginAborting(): Promise<void> {
    if (!this.isAbortAccepted) {
      await this.abortBy({ actor: this.input.orderedBy, reason: 'bereits abgebrochen' });
    }
    this.attention = null;
    this.waitEndsAt = null;
    this.setState('aborting');
  }

  close(state: CaseState): void {
    this.setState(state);
  }

  refuse(refusal: CodedText): void {
    this.refusal = refusal;
    this.setState('refused');
  }

  /** The columns of Temporal's lists. Set for a run that was started by hand, too. */
  private showInLists(): void {
    const { order } = this.input;
    upsertSearchAttributes([
      { key: HOUSE, value: order.house },
      { key: EVENT_NUMBER, value: order.eventNumber },
      { key: PERFORMANCE_AT, value: new Date(order.expected.startsAt) },
      { key: CANCELLATION_STEP, value: this.step },
      { key: NEEDS_ATTENTION, value: this.attention !== null },
    ]);
  }

  // --- what people see --------------------------------------------------------------------------------------

  status(): CancellationStatus {
    return {
      caseId: this.input.caseId,
      order: this.input.order,
      orderedBy: this.input.orderedBy,
      state: this.state,
      step: this.step,
      steps: this.steps,
      waitEndsAt: this.waitEndsAt,
      pointOfNoReturnPassed: this.isStornoClaimed,
      event: this.event,
      refusal: this.refusal,
      attention: this.attention && { ...this.attention, actions: this.allowedActions() },
      warnings: this.warnings,
      allowedActions: this.allowedActions(),
    };
  }

  /** One source for what is offered and for what the validators accept. */
  private allowedActions(): Action[] {
    const actions: Action[] = [];
    if (this.abortFault() === null) actions.push('abort');
    if (this.retryFault() === null) actions.push('retry');
    return actions;
  }

  private begin(step: StepName, state: CaseState): void {
    this.step = step;
    const progress = this.progressOf(step);
    Object.assign(progress, { state: 'current', startedAt: progress.startedAt ?? toInstant(Date.now()) });
    this.setState(state);
    if (LISTED_STEPS.includes(step)) this.showInLists();
  }

  private finish(step: StepName, detail: string | null): void {
    Object.assign(this.progressOf(step), { state: 'done', finishedAt: toInstant(Date.now()), detail });
  }

  private setState(state: CaseState): void {
    this.state = state;
    setCurrentDetails(describeStatus(this.status(), this.note));
  }

  private progressOf(step: StepName): StepProgress {
    return this.steps[STEPS.indexOf(step)] as StepProgress;
  }

  // --- attention --------------------------------------------------------------------------------------------

  private async tryOnce<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await CancellationScope.cancellable(async () => {
        this.attempt = CancellationScope.current();
        return work();
      });
    } finally {
      this.attempt = null;
    }
  }

  private async askForPerson(step: StepName, code: FailureCode): Promise<void> {
    // Whether Storno was tried is the journal's to say: the failed attempt may have got that far.
    if (step === 'set-storno' && !this.isStornoClaimed) {
      const { claim } = await promptActivities(this.policy, 'readClaim').readClaim(this.stepInput());
      if (claim === 'storno') this.passPointOfNoReturn();
    }
    const { text, kind } = failureRow(code);
    if (this.attention?.code !== code) {
      this.attention = {
        id: uuid4(),
        code,
        step,
        since: toInstant(Date.now()),
        text,
        actions: [],
        choices: [],
      };
      this.showInLists();
    }
    this.setState(this.isAbortAccepted ? 'aborting' : 'needs-attention');
    if (kind === 'retryable') return;
    await condition(() => this.isRetryRequested);
  }

  /** The cause is gone. */
  private settle(): void {
    if (!this.attention) return;
    this.attention = null;
    this.showInLists();
  }

  private validateRetry(request: ActionRequest): void {
    requireActorAndReason(request);
    const fault = this.retryFault();
    if (fault) throw notPossible(fault);
  }

  private retryFault(): string | null {
    if (this.attention)
      return failureRow(this.attention.code).actions.includes('retry') ? null : NOTHING_TO_RETRY;
    return this.step === 'verify-channel' && this.state === 'running' ? null : NOTHING_TO_RETRY;
  }

  private retryBy(_request: ActionRequest): CancellationStatus {
    this.isRetryRequested = true;
    this.attempt?.cancel();
    return this.status();
  }

  // --- abort ------------------------------------------------------------------------------------------------

  private validateAbort(request: ActionRequest): void {
    requireActorAndReason(request);
    const fault = this.abortFault();
    if (fault) throw notPossible(fault);
  }

  private abortFault(): string | null {
    if (this.isStornoClaimed) return ABORT_TOO_LATE;
    if (this.isAbortAccepted) return ABORT_ALREADY_RUNNING;
    return ['aborted', 'refused', 'completed'].includes(this.state) ? ABORT_NOT_POSSIBLE : null;
  }

  /** The journal decides between an abort and a Storno that may be on its way: exactly one gets its claim. */
  private async abortBy(request: ActionRequest): Promise<CancellationStatus> {
    const { winner } = await CancellationScope.nonCancellable(() =>
      promptActivities(this.policy, 'claimAbort').claimAbort({
        ...this.stepInput(),
        actor: request.actor,
        reason: request.reason,
      }),
    );
    if (winner === 'storno') {
      this.passPointOfNoReturn();
      throw notPossible(ABORT_TOO_LATE);
    }
    this.isAbortAccepted = true;
    this.abortable?.cancel();
    return this.status();
  }

  private async abortByWorkflowCancel(): Promise<void> {
    if (this.isAbortAccepted) return;
    const fault = this.abortFault();
    try {
      if (fault) throw notPossible(fault);
      await this.abortBy({ actor: WORKFLOW_CANCEL_ACTOR, reason: 'Request Cancellation' });
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      this.note = `Abbruch verlangt: ${error.message}`;
      this.setState(this.state);
    }
  }
}

function requireActorAndReason(request: Partial<ActionRequest> | undefined): void {
  const isText = (value: unknown) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= 2_000;
  if (!isText(request?.actor) || !isText(request?.reason))
    throw notPossible('actor und reason werden gebraucht.');
}

function notPossible(text: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(text, 'ActionNotPossible');
}

/** How an aborted run closes. */
export function abortedFailure(): CancelledFailure {
  return new CancelledFailure('Die Absage wurde abgebrochen, die Titel sind zurückgesetzt.');
}
