import type { Seal } from './seal';
import type { ActionKey } from './action-key';
import type { Action } from './vocabulary';
import type { OfferedChoice } from './choices';
import type { FailureCode } from './failures';
import type { FieldConflict } from './vocabulary';
import type {
  CancellationMarker,
  House,
  HouseTask,
  Instant,
  LocalDate,
  MarkerStyle,
  Order,
  WrittenOrder,
} from './types';
import type { CaseState, PlanField, StepName } from './vocabulary';

/** The interval under which nothing may run against a real Jet, in milliseconds (wiki: 15 minutes). */
export const SYNC_INTERVAL_FLOOR_MS = 15 * 60_000;

/** The waits and rules of a case, frozen when it was ordered: settings changed later do not touch it. */
export interface CasePolicy {
  syncIntervalMs: number;
  pollIntervalMs: number;
  attentionAfterMs: number;
  jetTimeoutMs: number;
  marker: MarkerStyle;
  rightReserveMonths: number;
  /** A second person has to approve the case; absent: nobody has to. */
  approval?: ApprovalRule;
}

/** How a house asks for an approval. */
export interface ApprovalRule {
  /** How long a request stands, in milliseconds. */
  expiresMs: number;
  /** Whom the request is mailed to; empty: the house's address for alerts. */
  to: string[];
}

/** No look at the event is taken for old sooner, in milliseconds: also the shortest poll leaves time to connect. */
const SHORTEST_LOOK_MS = 10_000;

/** How long a look at the event may lie back, in milliseconds, when Ö-Ticket is told of the Storno that it showed. */
export function lookHoldsMs({ pollIntervalMs }: CasePolicy): number {
  return Math.max(pollIntervalMs, SHORTEST_LOOK_MS);
}

/** What a run is started with. `caseId` is kept by reset and by taking the case up again. */
export interface CancellationInput {
  caseId: string;
  order: Order;
  orderedBy: string;
  policy: CasePolicy;
  /** When the order came, on the server's clock. A run that was started by hand, or before, does not say it. */
  orderedAt?: Instant;
  /** The house gets a mail when the case has begun. A run of before this mail does not say it. */
  isOrderMailed?: true;
  /**
   * A real Jet is behind the gateway, so the check takes a place among those of its house before it waits in Jet's queue. A run
   * of before does not say it: its check asks for the place there.
   */
  isPlaceNeeded?: true;
  /** The run makes few promises. A run of before does not say it: it has to replay turn by turn. */
  hasFewTurns?: true;
  /** An interrupted case is taken up again: who wanted it, and why; `id`: the same for every run that comes of it. */
  resumption?: { actor: string; reason: string; id?: string; key?: ActionKey };
  /** It is one of many that were ordered together. */
  series?: { id: string };
  /** The proof that it came through Absage. It is not written into the journal. */
  seal?: Seal;
}

/** An input as the first line of a case holds it. */
export type WrittenInput = Omit<CancellationInput, 'order'> & { order: WrittenOrder };

export interface CodedText {
  code: string;
  text: string;
}

/** One of the three texts of step 1. */
export interface TextChange {
  before: string | null;
  after: string | null;
}

/** What a person sees of the event, with the three texts as they were and as they become. */
export interface EventSummary {
  title: TextChange;
  customerTitle: TextChange;
  externalMemo: TextChange;
  statusText: string;
  startsAt: Instant;
  venue: string;
  location: string;
  organiser: string;
  production: string | null;
}

export interface StepProgress {
  name: StepName;
  label: string;
  state: 'upcoming' | 'current' | 'done' | 'by-hand' | 'waived' | 'skipped';
  startedAt: Instant | null;
  finishedAt: Instant | null;
  detail: string | null;
}

/** Why the run asks for a person. */
export interface Attention {
  id: string;
  code: FailureCode;
  step: StepName;
  since: Instant;
  /** What was seen, what is safe, what to do: see `attentionText`. */
  text: string;
  actions: Action[];
  choices: OfferedChoice[];
  /** As it was, as we would have it, and as it stands in Jet now: where a person's text and ours disagree. */
  conflicts: FieldConflict[];
  /** With `person-step`: what is to be done in which mask. */
  task: Task | null;
}

/** How a request ended. `overridden`: a lead has begun the case without a second person, and said why. */
export type ApprovalDecision = 'approved' | 'rejected' | 'overridden' | 'expired';

/** One value of the plan that is another one than in the request before. */
export interface PlanChange {
  field: PlanField;
  before: string | null;
  now: string | null;
}

/** The newest request of a case, as callers see it. */
export interface Approval {
  planHash: string;
  requestedBy: string;
  requestedAt: Instant;
  expiresAt: Instant;
  /** What has changed since the request before, which is void. Empty for the first one. */
  changes: PlanChange[];
  /** `null`: nobody has decided yet. */
  decision: {
    kind: ApprovalDecision;
    by: string;
    at: Instant;
    reason: string | null;
    /** Both who ordered and who decided logged in themselves; otherwise they are two accesses, and nobody knows of whom. */
    arePersons: boolean;
  } | null;
}

/** What is known of a case: by the workflow that runs it, or by the journal. */
export interface CancellationStatus {
  caseId: string;
  order: Order;
  orderedBy: string;
  state: CaseState;
  step: StepName;
  steps: StepProgress[];
  waitEndsAt: Instant | null;
  /** The save that the current wait counts from: what `skip-wait` has to name. */
  waitSavedAt: Instant | null;
  pointOfNoReturnPassed: boolean;
  /** `null` until the event has been read. */
  event: EventSummary | null;
  refusal: CodedText | null;
  /** The second person's word; `null`: nobody was asked. A run of before does not say it. */
  approval?: Approval | null;
  attention: Attention | null;
  warnings: CodedText[];
  allowedActions: Action[];
}

/** The right that step 3 grants. */
export interface RightPeriod {
  validFrom: LocalDate;
  validUntil: LocalDate;
}

/** What the first check writes down instead of an opening, when the event cannot be cancelled. */
export interface Refusal {
  input: WrittenInput;
  event: EventSummary | null;
  refusal: CodedText;
  warnings: CodedText[];
  /** As in an opening. */
  isSimulator?: boolean;
}

/** What the first check writes down before anything else happens; every later decision starts from it. */
export interface Opening {
  input: WrittenInput;
  event: EventSummary;
  /** The marker that the titles carry afterwards: one already there is kept. */
  marker: CancellationMarker;
  right: RightPeriod;
  /** The event was Storno already: nothing is written in step 1. */
  wasCancelledBefore: boolean;
  /** Connect Online showed Storno before we did anything. */
  channelShowedStorno: boolean;
  /** Who touches Jet in this case: the gateway, or a person whom Absage guides. */
  backend: House['backend'];
  /** Whether the gateway said that no real Jet is behind it. Lines of before this was written lack it. */
  isSimulator?: boolean;
  /** Only in a rehearsal with the simulator: the ended case of this event, which has been put on sale again since. */
  replaces?: string;
  warnings: CodedText[];
  /** Its house has approved it with the others of its series. Absent where nobody was asked there. */
  approvedInSeries?: Approval;
  /** The house's to-do list. Lines of before lack it. */
  tasks?: HouseTask[];
  /** Whom to call about what the case adds to that list. Lines of before lack it. */
  contacts?: House['contacts'];
}

/** What a check says of the event that is to be cancelled. */
export type Originals = Pick<
  Opening,
  'event' | 'marker' | 'right' | 'wasCancelledBefore' | 'channelShowedStorno' | 'warnings'
>;

/** One value to be entered. */
export interface TaskField {
  label: string;
  value: string;
}

/** What a person is asked to do in Jet. */
export interface Task {
  /** The way to the mask, as the menus name it. */
  mask: string[];
  instruction: string;
  /** Exactly what to enter; an empty value leaves the field empty. */
  fields: TaskField[];
  /** What to look at afterwards, and confirm. */
  confirm: string;
}
