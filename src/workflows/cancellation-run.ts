import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  uuid4,
} from '@temporalio/workflow';
import type { StepInput } from '../activities/activity';
import type { OpenTask, StepResult } from '../activities/by-hand';
import type { AskedForApproval } from '../activities/approval';
import type { CheckResult, OpenedCase } from '../activities/check';
import { lookHoldsMs, type CancellationInput, type CodedText, type StepProgress } from '../domain/case';
import { NOT_POSSIBLE, type AskedUpdate } from '../domain/seal';
import type { JournalHead } from '../domain/types';
import type { Actor } from '../domain/actor';
import { choicesFor } from '../domain/choices';
import { toInstant } from '../domain/clock';
import { attentionText, failureRow, type FailureCode, type FailureFacts } from '../domain/failures';
import {
  followsWait,
  isTelling,
  type FieldConflict,
  type StepName,
  type WaitStep,
} from '../domain/vocabulary';
import type { Task } from '../domain/case';
import { stripMarker } from '../domain/marker';
import type { Instant } from '../domain/types';
import { ACTION_TEXTS, DETAILS, STEP_LABELS, SUMMARIES } from '../domain/wording';
import { WRITES_OFF } from '../domain/writes';
import {
  glanceActivities,
  journalActivities,
  promptActivities,
  writesActivities,
  type Pace,
} from './activities';
import { failureCodeOf, failureFactsOf } from './failure';
import { HouseAlerts, type AlertFrame } from './house-alerts';
import type { ActionRequest } from './messages';
import { Progress } from './progress';
import { isNotOurs, ours, oursOrTask, type ResultName } from './results';
import type { Turns } from './turns';

const LATE_AFTER_MS = 60_000;

/** Two clocks that differ make a run ask once more, and not without a pause. */
const SHORTEST_PATIENCE_MS = 1_000;

/** How long the end of a run waits for a mail to the house that is on its way. */
const LAST_MAIL_PATIENCE_MS = 60_000;

/** What a person can do to help a step along. */
export type Intervention =
  /** Try it again at once. */
  | { kind: 'retry' }
  /** Nobody has helped: another status was seen, and the step looks at the event before anything else. */
  | { kind: 'look' }
  /** The person did it by hand or waived it: this is its result. */
  | { kind: 'result'; result: StepResult; as: StepProgress['state'] }
  | { kind: 'close'; by: Actor };

/**
 * Tries a step until it succeeds, holds a wait, decides an abort. It knows nothing of the procedure's order, which
 * stands in `cancelPerformance`. The actions of people reach it through `handleOperatorActions`.
 */
export class CancellationRun {
  readonly progress: Progress;
  /** The result of the case's first check, made in this run or in an earlier one. */
  opened: OpenedCase | null = null;
  /** When the newest look at the event as Storno was begun; `null`: it has not been looked at. */
  private lookedAtMs: number | null = null;
  private isLookUsed = false;
  /** Who ordered the case, as its opening line says it; `null` until the check has proven it. */
  private ordererId: string | null = null;
  /** The newest look has shown another status than Storno, or no event. */
  isStornoLost = false;
  private head: JournalHead | null = null;
  /** A person was asked during the step that was completed last. */
  wasAsked = false;
  /** Which situation the open attention tells of. */
  private told: string | null = null;
  private readonly alerts: HouseAlerts;
  private intervention: Intervention | null = null;
  /** The question that was decided last: if it comes up again, it counts as a new question. */
  private answeredId: string | null = null;
  /** A person helped the current step along, so the house needs no mail that it goes on. */
  private wasHelped = false;
  private isWaitSkipped = false;
  /** Another status than Storno was seen by somebody else, and the run has not looked since. */
  isLookWanted = false;
  private isAbortUnderWay = false;
  private isStornoAdopted = false;
  private abortable: CancellationScope | null = null;

  constructor(
    readonly input: CancellationInput,
    readonly turns: Turns,
  ) {
    this.progress = new Progress(input);
    this.alerts = new HouseAlerts(input.policy, () => this.alertFrame());
  }

  get policy() {
    return this.input.policy;
  }

  get house() {
    return this.input.order.house;
  }

  get isOfSeries(): boolean {
    return this.input.series !== undefined;
  }

  get isApprovalNeeded(): boolean {
    return this.opened?.isApprovalNeeded === true;
  }

  get backend() {
    return this.opened?.backend ?? 'gateway';
  }

  // --- what the procedure does ------------------------------------------------------------------------------

  /** Everything that nobody else has asked for is done on behalf of the orderer. */
  private get orderer(): Actor {
    return { actor: this.progress.orderedBy, actorId: this.ordererId };
  }

  /** The input of every activity. `by`: who asks for it. Of an update that is only stated: the activity judges it. */
  stepInput(by: Actor = this.orderer): StepInput {
    const { caseId, order } = this.input;
    const ref = { caseId, house: order.house, eventNumber: order.eventNumber };
    return { ref, ...by, head: this.head, ...(this.told !== null && { told: this.told }) };
  }

  /** The open attention is about something else than a wait that is put off. */
  get isAskedElse(): boolean {
    const { attention } = this.progress;
    return attention !== null && attention.code !== 'saved-again-and-again';
  }

  /** When a person is told of a wait that was put off again and again: counted from its first planned end. */
  attentionDueAfter(remainingMs: number): Instant {
    return toInstant(Date.now() + remainingMs + this.policy.attentionAfterMs);
  }

  /** Keeps the result of the check, for the view and for the later steps. */
  learn(checked: CheckResult): void {
    this.progress.event = checked.event;
    this.progress.warnings = checked.warnings;
    if (checked.kind !== 'opened') return;
    this.opened = checked;
    this.progress.orderedBy = checked.actor ?? this.input.orderedBy;
    this.ordererId = checked.actorId ?? null;
  }

  /** Waits until somebody has decided, or the time for it is over. The house is asked at once. */
  async awaitApproval({ number, approval, event, warnings, right }: AskedForApproval): Promise<void> {
    const { progress } = this;
    if (this.opened) Object.assign(this.opened, { event, warnings, right });
    Object.assign(progress, { event, warnings });
    progress.ask(number, approval);
    this.alerts.askForApproval(this.stepInput(), number);
    const leftMs = Date.parse(approval.expiresAt) - Date.now();
    await condition(() => progress.isApprovalDecided, Math.max(SHORTEST_PATIENCE_MS, leftMs));
    progress.show('running');
  }

  /** Somebody has approved the case, now or before a reset: from here on it writes. */
  begin(isOverridden: boolean): void {
    if (this.opened?.claim === null) this.announce(isOverridden);
  }

  /**
   * The house learns at once what it has to do meanwhile. A case that was begun by an earlier build does without, but not if
   * it began `isOverridden`, without a second person.
   */
  announce(isOverridden = false): void {
    if (this.input.isOrderMailed || isOverridden) this.alerts.announce(this.stepInput());
  }

  /** Runs the part of the procedure that an abort may stop. Resolves to `aborted` when one did. */
  async untilAborted<T>(work: () => Promise<T>): Promise<T | 'aborted'> {
    try {
      return await this.turns.cancellable((scope) => {
        this.abortable = scope;
        if (this.progress.isAbortAccepted) scope.cancel();
        return work();
      });
    } catch (error) {
      if (this.progress.isAbortAccepted && isCancellation(error)) return 'aborted';
      throw error;
    } finally {
      this.abortable = null;
    }
  }

  /**
   * Tries one step until it succeeds. When the step fails for good, fails for longer than the patience, or is a
   * person's to do, the run asks for a person. It then goes on by itself where the cause can go away, and otherwise
   * when a person acts. `name`: what the step gives, where nobody else has answered it.
   */
  async perform<T extends { head: JournalHead | null }>(
    step: StepName,
    name: ResultName,
    work: (pace: Pace, input: StepInput) => Promise<T | OpenTask>,
    describe: (result: T) => string | null = () => null,
  ): Promise<T> {
    const { progress } = this;
    this.intervention = null;
    this.wasHelped = false;
    this.told = null;
    this.isLookWanted = false;
    const isQuiet = progress.state === 'aborting' || step === 'check';
    progress.begin(step, isQuiet ? progress.state : 'running');
    for (let pace: Pace = 'first', isHeld = false; ;) {
      try {
        if (isHeld) {
          isHeld = false;
          await this.turns.attempt(() => this.untilWritesAreOn(step));
          if (!this.intervention) continue;
        } else {
          const result = oursOrTask(name, await this.turns.attempt(() => work(pace, this.stepInput())));
          this.see(result.head);
          if (!isOpenTask(result)) return this.complete(step, result, describe);
          await this.askForPerson(step, 'person-step', { task: result.task });
        }
      } catch (error) {
        // A defect of ours is not in the failure table: the workflow task fails and is retried, and nothing is lost.
        if (!isCancellation(error) && !(error instanceof ActivityFailure) && !isNotOurs(error)) throw error;
        if (this.isStoppedByAbort() || (isCancellation(error) && !this.intervention)) {
          throw isCancellation(error) ? error : abortedFailure();
        }
        // Nobody needs to be asked: then the whole step is done again, by what Jet shows then.
        isHeld = !this.intervention && failureCodeOf(error) === WRITES_OFF;
        if (isHeld) continue;
        if (!this.intervention) await this.askForPerson(step, failureCodeOf(error), failureFactsOf(error));
      }
      const helped = this.takeIntervention();
      if (helped?.kind === 'close') throw await this.closeByHand(helped.by);
      // A confirmation yields the result that the step would have given: both come from the same kind of line.
      if (helped?.kind === 'result')
        return this.complete(step, helped.result as unknown as T, describe, helped.as);
      // A person who has mended the cause needs to see soon whether it helped.
      pace = this.wasHelped ? 'first' : 'slow';
      if (this.wasHelped) this.told = null;
    }
  }

  /**
   * Waits the rest of the interval, counted from the acknowledged save. `why`: it has begun anew. Resolves to how much of it
   * is left: more than nothing where the run has to look at the event meanwhile.
   */
  async wait(
    step: WaitStep,
    remainingMs: number,
    savedAt: Instant | null,
    why: string | null = null,
  ): Promise<number> {
    const endsAtMs = Date.now() + remainingMs;
    const endsAt = toInstant(endsAtMs);
    this.isWaitSkipped = false;
    this.isLookWanted = false;
    this.progress.beginWait(step, savedAt, endsAt, why);
    try {
      if (remainingMs > 0) await this.turns.sleep(remainingMs, SUMMARIES.wait(endsAt));
    } catch (error) {
      if (!((this.isWaitSkipped || this.isLookWanted) && isCancellation(error))) throw error;
    }
    const leftMs = endsAtMs - Date.now();
    if (this.isWaitSkipped) this.progress.finish(step, DETAILS.skipped(toInstant(Date.now())), 'skipped');
    else if (this.isLookWanted && leftMs > 0) {
      // While it is looked, there is no wait that a person could skip.
      this.progress.dropWait();
      return leftMs;
    } else this.progress.finish(step, -leftMs > LATE_AFTER_MS ? DETAILS.late(endsAt) : why);
    return 0;
  }

  /** The event was seen as Storno, by a look that began then. */
  noteLook(beganAtMs: number): void {
    this.isStornoLost = false;
    this.isLookWanted = false;
    this.lookedAtMs = beganAtMs;
    this.isLookUsed = false;
  }

  /** The look that a sending may go by: each look is good for one. */
  takeLook(): number | null {
    const lookedAtMs = this.isLookUsed ? null : this.lookedAtMs;
    this.isLookUsed = true;
    return lookedAtMs;
  }

  /** Whether the last look cannot say now that the event is Storno: it was made too long ago, or showed something else. */
  get isLookDue(): boolean {
    if (this.isStornoLost || this.isLookWanted) return true;
    return this.lookedAtMs !== null && Date.now() - this.lookedAtMs > lookHoldsMs(this.policy);
  }

  skip(step: StepName, detail: string): void {
    this.progress.skip(step, detail);
  }

  /** From here on an abort is refused. `isAdopted`: a colleague set Storno, not Absage. */
  passPointOfNoReturn(isAdopted = false): void {
    this.progress.isStornoClaimed = true;
    this.isStornoAdopted = isAdopted;
  }

  /** After a reset the run finds the abort's claim in the journal: it accepts the abort again and is cancelled. */
  async beginAborting(): Promise<void> {
    const { progress } = this;
    if (!progress.isAbortAccepted) {
      await this.abortBy({ actor: this.progress.orderedBy, reason: 'bereits abgebrochen' });
    }
    this.alerts.settle(false);
    this.alerts.withdraw();
    progress.settle();
    progress.dropWait();
    progress.show('aborting');
  }

  refuse(refusal: CodedText): void {
    this.progress.refusal = refusal;
    this.progress.show('refused');
  }

  /** Before a run closes, it waits until open updates are answered and a mail to the house has left. */
  async comeToRest(): Promise<void> {
    if (!this.alerts.isQuiet) await condition(() => this.alerts.isQuiet, LAST_MAIL_PATIENCE_MS);
    if (!this.turns.areFew || !allHandlersFinished()) await condition(allHandlersFinished);
  }

  // --- what people do: called by their handlers -------------------------------------------------------------

  /** Helps the current step along. With an `attentionId`: only while that attention is still open. */
  intervene(intervention: Intervention, attentionId?: string): void {
    if (attentionId !== undefined && this.progress.attention?.id !== attentionId) return;
    this.intervention = intervention;
    this.turns.stop('attempt');
  }

  /** A question is decided once. A person who changes their mind has to wait until the run asks again. */
  answer(attentionId: string): void {
    const { attention } = this.progress;
    if (attention?.id !== attentionId) return;
    this.answeredId = attentionId;
    this.progress.answered();
    this.intervene({ kind: 'retry' });
  }

  /**
   * Somebody has seen another status than Storno. The second wait is interrupted for a look, and so is a step that waits for a
   * person or for the mail server; each other step looks by itself, soon.
   */
  wantLook(): void {
    const { isStornoClaimed, step, attention } = this.progress;
    if (!isStornoClaimed || this.backend !== 'gateway') return;
    if (step === 'wait-for-storno-transfer') {
      this.isLookWanted = true;
      this.turns.stop('wait');
    } else if (isTelling(step) && (attention !== null || step === 'notify-partner')) {
      this.isLookWanted = true;
      // What a person has just done counts more; the step looks all the same.
      if (!this.intervention) this.intervene({ kind: 'look' });
    }
  }

  endWait(step: StepName): void {
    if (this.progress.step !== step) return;
    this.isWaitSkipped = true;
    this.turns.stop('wait');
  }

  /** The journal decides between an abort and a Storno that may be under way: exactly one of them gets the claim. */
  async abortBy(request: ActionRequest & { asked?: AskedUpdate }): Promise<void> {
    this.isAbortUnderWay = true;
    try {
      const claimed = await CancellationScope.nonCancellable(() =>
        promptActivities(this.policy, SUMMARIES.claimAbort).claimAbort({
          ...this.stepInput({ actor: request.actor, actorId: null }),
          asked: request.asked,
          reason: request.reason,
          key: request.key,
        }),
      );
      const { winner, opened } = ours('claimed', claimed);
      if (opened && !this.opened) this.learn(opened);
      this.progress.isAbortAccepted = winner === 'abort';
    } finally {
      this.isAbortUnderWay = this.progress.isAbortAccepted;
    }
    if (!this.progress.isAbortAccepted) {
      this.passPointOfNoReturn();
      throw notPossible(ACTION_TEXTS.abortTooLate);
    }
    // The answer to the abort must not promise any more what the wait would have led to.
    this.progress.dropWait();
    this.progress.show('aborting');
    this.abortable?.cancel();
  }

  /** An accepted abort cancels its own run, so the workflow cancel that follows is not a second abort. */
  get isAbortDecided(): boolean {
    return this.isAbortUnderWay;
  }

  /** Keeps the newest journal line that any activity has seen; activities may overtake each other. */
  see(head: JournalHead | null | undefined): void {
    if (head && head.seq > (this.head?.seq ?? 0)) this.head = head;
  }

  // --- attention --------------------------------------------------------------------------------------------

  private async untilWritesAreOn(step: StepName): Promise<void> {
    this.progress.holdForWrites(true);
    try {
      const { awaitWrites } = writesActivities(this.policy);
      this.see(ours('written', await awaitWrites({ ...this.stepInput(), step })).head);
    } finally {
      this.progress.holdForWrites(false);
    }
  }

  private complete<T extends { head: JournalHead | null }>(
    step: StepName,
    result: T,
    describe: (result: T) => string | null,
    as: StepProgress['state'] = 'done',
  ): T {
    this.see(result.head);
    this.alerts.settle(!this.wasHelped);
    this.wasAsked = this.progress.attention !== null;
    this.progress.settle();
    this.progress.finish(step, as === 'waived' ? DETAILS.waived : describe(result), as);
    return result;
  }

  /** Whether the step was stopped by an accepted abort: a failure of it then needs no person. */
  private isStoppedByAbort(): boolean {
    return this.progress.isAbortAccepted && this.abortable !== null;
  }

  private takeIntervention(): Intervention | null {
    const { intervention } = this;
    this.intervention = null;
    this.wasHelped = intervention !== null && intervention.kind !== 'look';
    return intervention;
  }

  private async askForPerson(
    step: StepName,
    code: FailureCode,
    { task = null, ...facts }: Partial<FailureFacts> & { task?: Task | null },
  ): Promise<void> {
    const { progress } = this;
    const { conflicts = [], head = null, situation = null, savedAt = null } = facts;
    this.see(head);
    await this.learnClaim(step);
    const isNew = !this.isKnown(step, code, conflicts);
    const isAborting = progress.isAbortAccepted;
    const { isStornoAdopted } = this;
    const shown = {
      text: attentionText(code, facts),
      choices: choicesFor(code, { isAborting, isStornoAdopted, conflicts, situation }),
    };
    this.told = situation;
    progress.putOffSavedAt = savedAt;
    if (isNew) {
      this.alerts.settle(false);
      const since = toInstant(Date.now());
      progress.raise({
        id: uuid4(),
        code,
        step,
        since,
        actions: [],
        conflicts: [...conflicts],
        task,
        ...shown,
      });
    } else progress.reword(shown);
    progress.show(progress.isAbortAccepted ? 'aborting' : 'needs-attention');
    const { attention } = progress.status();
    // Only a task that follows a wait, also one for an approval, needs a mail; before the others the clerk is still at the screen.
    const isAfterApproval = step === 'mark-titles' && this.isApprovalNeeded;
    const isOnlyNext = code === 'person-step' && !followsWait(step) && !isAfterApproval;
    if (isNew && attention && !isOnlyNext) this.alerts.raise(attention);
    if (failureRow(code).kind === 'terminal') await condition(() => this.intervention !== null);
  }

  /** Whether this very question is open already and has no answer yet. */
  private isKnown(step: StepName, code: FailureCode, conflicts: readonly FieldConflict[]): boolean {
    const { attention } = this.progress;
    if (!attention || attention.id === this.answeredId) return false;
    const isSameConflict = JSON.stringify(attention.conflicts) === JSON.stringify(conflicts);
    return attention.code === code && attention.step === step && isSameConflict;
  }

  /** Asks the journal whether Storno was tried: a failed attempt or an open task may have got that far. */
  private async learnClaim(step: StepName): Promise<void> {
    if (step !== 'set-storno' || this.progress.isStornoClaimed) return;
    try {
      const read = await glanceActivities(this.policy, SUMMARIES.readClaim).readClaim(this.stepInput());
      const { claim } = ours('claim', read);
      if (claim === 'storno') this.passPointOfNoReturn();
    } catch (error) {
      // The run asks for a person even when the journal does not answer: an abort asks the journal again in any case.
      if (isCancellation(error)) throw error;
    }
  }

  private alertFrame(): AlertFrame {
    const { order, policy, series } = this.input;
    const { event } = this.progress;
    return {
      ...this.stepInput(),
      ...(series && { seriesId: series.id }),
      event: {
        title: stripMarker(event?.title.before ?? order.expected.title, policy.marker),
        startsAt: event?.startsAt ?? order.expected.startsAt,
        venue: event?.venue ?? '',
      },
    };
  }

  /** A person had closed the case before this run was reset or taken up: nothing is done that they have not seen. */
  async stayClosed(): Promise<ApplicationFailure> {
    this.progress.show('closed-by-hand');
    await this.comeToRest();
    return closedByHand();
  }

  private async closeByHand(by: Actor): Promise<ApplicationFailure> {
    const close = journalActivities(this.policy, 'slow', STEP_LABELS.report).closeCase;
    await close({ ...this.stepInput(by), end: 'closed-by-hand' });
    this.alerts.settle(false);
    this.progress.settle();
    this.progress.show('closed-by-hand');
    await this.comeToRest();
    return closedByHand();
  }
}

function closedByHand(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('Die Absage wurde von Hand geschlossen.', 'ClosedByHand');
}

function isOpenTask(result: object): result is OpenTask {
  return 'kind' in result && result.kind === 'task';
}

export function notPossible(text: string): ApplicationFailure {
  const failure = ApplicationFailure.nonRetryable(text, NOT_POSSIBLE);
  // The Web UI shows this to a person, who has no use for our file names and line numbers.
  failure.stack = '';
  return failure;
}

/** The failure with which an aborted run closes. */
export function abortedFailure(): CancelledFailure {
  return new CancelledFailure('Die Absage wurde abgebrochen, die Titel sind zurückgesetzt.');
}
