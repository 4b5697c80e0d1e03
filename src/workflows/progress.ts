import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { allowedActions, type ActionSituation } from '../domain/actions';
import {
  type Approval,
  type Attention,
  type CancellationInput,
  type CancellationStatus,
  type CodedText,
  type EventSummary,
  type StepProgress,
} from '../domain/case';
import { STEP_ROWS, STEPS, type CaseState, type StepName } from '../domain/vocabulary';
import { toInstant } from '../domain/clock';
import type { Instant } from '../domain/types';
import { describeStatus, STEP_LABELS } from '../domain/wording';
import { waitsForWritesText, WRITES_OFF } from '../domain/writes';
import { CANCELLATION_STEP, EVENT_NUMBER, HOUSE, NEEDS_ATTENTION, PERFORMANCE_AT } from './messages';

/** The steps that take long enough to be seen in Temporal's lists: each costs an event. */
const LISTED_STEPS = STEPS.filter((step) => STEP_ROWS[step].kind !== 'work');

const FRESH = { state: 'upcoming', startedAt: null, finishedAt: null, detail: null } as const;

/** The progress of a case and everything that people see of it: the query, Temporal's lists and current details. */
export class Progress {
  state: CaseState = 'checking';
  step: StepName = 'check';
  attention: Attention | null = null;
  /** The question was decided, and the run carries it out: nobody is asked any more. */
  private isAnswered = false;
  refusal: CodedText | null = null;
  warnings: CodedText[] = [];
  event: EventSummary | null = null;
  /** Who ordered the case: as stated, until the check has asked who it was. */
  orderedBy: string;
  approval: Approval | null = null;
  private approvalNumber = 0;
  isAbortAccepted = false;
  isStornoClaimed = false;
  /** The save after which the first wait began again, while a person is told that it is put off. */
  putOffSavedAt: Instant | null = null;
  private isHeldForWrites = false;
  private wait: { savedAt: Instant | null; endsAt: Instant } | null = null;
  private note: string | null = null;
  private steps: StepProgress[] = STEPS.map((name) => ({ name, label: STEP_LABELS[name], ...FRESH }));

  constructor(private readonly input: CancellationInput) {
    this.orderedBy = input.orderedBy;
  }

  /** When a step begins again (a wait after a colleague's save), all later steps count as not done. */
  begin(step: StepName, state: CaseState): void {
    this.step = step;
    const index = STEPS.indexOf(step);
    const isAgain = this.steps[index]?.finishedAt !== null;
    if (isAgain) this.steps = this.steps.map((known, at) => (at < index ? known : { ...known, ...FRESH }));
    // A step that an abort interrupted is neither done nor under way.
    for (const known of this.steps)
      if (known.state === 'current' && known.name !== step) Object.assign(known, FRESH);
    const { startedAt } = this.of(step);
    Object.assign(this.of(step), { state: 'current', startedAt: startedAt ?? now() });
    this.show(state);
    if (LISTED_STEPS.includes(step)) this.showInLists();
  }

  beginWait(step: StepName, savedAt: Instant | null, endsAt: Instant, why: string | null): void {
    this.wait = { savedAt, endsAt };
    this.begin(step, 'waiting');
    if (why === null) return;
    this.of(step).detail = why;
    this.show('waiting');
  }

  finish(step: StepName, detail: string | null, state: StepProgress['state'] = 'done'): void {
    this.wait = null;
    Object.assign(this.of(step), { state, finishedAt: now(), detail });
  }

  skip(step: StepName, detail: string): void {
    Object.assign(this.of(step), { state: 'skipped', detail });
  }

  /** `note` is a sentence for the reader of the Web UI. */
  show(state: CaseState, note: string | null = this.note): void {
    this.state = state;
    this.note = note;
    setCurrentDetails(describeStatus(this.status(), this.note));
  }

  ask(number: number, approval: Approval): void {
    this.approvalNumber = number;
    this.approval = approval;
    this.show('awaiting-approval');
    this.showInLists();
  }

  /** A later request is another question. */
  decideApproval(number: number, decision: NonNullable<Approval['decision']>): void {
    if (this.approval && number === this.approvalNumber) this.approval = { ...this.approval, decision };
  }

  get isApprovalDecided(): boolean {
    return this.approval?.decision !== null;
  }

  /** What a person is asked to say yes to. */
  get askedApproval(): { number: number; planHash: string } {
    return { number: this.approvalNumber, planHash: this.approval?.planHash ?? '' };
  }

  raise(attention: Attention): void {
    this.attention = attention;
    this.isAnswered = false;
    this.showInLists();
  }

  /** Temporal's lists learn of it when the step goes on. */
  answered(): void {
    this.isAnswered = true;
    this.show(this.isAbortAccepted ? 'aborting' : 'running');
  }

  /** The same question, by what was seen last. */
  reword(shown: Pick<Attention, 'text' | 'choices'>): void {
    if (this.attention) this.attention = { ...this.attention, ...shown };
  }

  /** There is something to write, and writes are off. */
  holdForWrites(isHeld: boolean): void {
    this.isHeldForWrites = isHeld;
    this.show(this.state);
  }

  settle(): void {
    this.putOffSavedAt = null;
    this.isAnswered = false;
    if (!this.attention) return;
    this.attention = null;
    this.showInLists();
  }

  dropWait(): void {
    this.wait = null;
  }

  situation(): ActionSituation {
    const { state, step, isStornoClaimed, isAbortAccepted } = this;
    return {
      state,
      step,
      attention: this.openAttention,
      isStornoClaimed,
      isAbortAccepted,
      waitSavedAt: this.waitSavedAt,
      planHash: this.approval?.planHash ?? null,
    };
  }

  private get openAttention(): Attention | null {
    return this.isAnswered ? null : this.attention;
  }

  /** What `skip-wait` has to name. */
  private get waitSavedAt(): Instant | null {
    return this.wait?.savedAt ?? this.putOffSavedAt;
  }

  status(): CancellationStatus {
    const { caseId, order } = this.input;
    const { orderedBy, state, step, steps, event, refusal, approval, warnings } = this;
    const actions = allowedActions(this.situation());
    return {
      caseId,
      order,
      orderedBy,
      state,
      step,
      steps,
      waitEndsAt: this.wait?.endsAt ?? null,
      waitSavedAt: this.waitSavedAt,
      pointOfNoReturnPassed: this.isStornoClaimed,
      event,
      refusal,
      approval,
      attention: this.openAttention && { ...this.openAttention, actions },
      warnings: this.isHeldForWrites ? [...warnings, waitsForWrites(state)] : warnings,
      allowedActions: actions,
    };
  }

  /** The columns of Temporal's lists. They are set here so that a run started by hand has them as well. */
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

  private of(step: StepName): StepProgress {
    return this.steps[STEPS.indexOf(step)] as StepProgress;
  }
}

function waitsForWrites(state: CaseState): CodedText {
  return { code: WRITES_OFF, text: waitsForWritesText(state === 'aborting') };
}

function now(): Instant {
  return toInstant(Date.now());
}
