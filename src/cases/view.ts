import type { Approval, Attention, CancellationStatus, StepProgress, Task } from '../domain/case';
import type { FailureCode } from '../domain/failures';
import { caseResource, type CaseAddress } from '../domain/addresses';
import { cancellationWorkflowId } from '../domain/input';
import type { ShownTask } from '../domain/house-tasks';
import { standingNotes } from '../domain/standing';
import type { Tries } from '../domain/tries';
import type { Instant, TaskContact } from '../domain/types';
import { isEnd, type Action } from '../domain/vocabulary';
import type { RunRecord } from '../client';
import type { CaseSources } from './sources';

export interface Located {
  house: string;
  eventNumber: string;
  links: { self: string; temporalUi: string | null; protocol: string | null };
  workflowId: string;
  runId: string | null;
  rehearsal: boolean;
}

/**
 * The codes of an attention that no run can ask for itself: it is paused in Temporal, its workflow task keeps failing, or it
 * stays on a version of the worker that nobody runs any more.
 */
export const HELD = ['run-paused', 'run-stuck', 'run-without-workers'] as const;
export type Held = (typeof HELD)[number];

/** How Temporal holds a run, where a person has to help; `null`: it goes on, or has ended. */
export function heldAs(run: RunRecord): Held | null {
  if (run.status === 'paused') return 'run-paused';
  if (run.status !== 'running') return null;
  if (run.isAbandoned) return 'run-without-workers';
  return run.isStuck ? 'run-stuck' : null;
}

/** Whether it is Temporal that holds the run, and not the run that asks. */
export function isHeld(code: ShownAttention['code']): code is Held {
  return HELD.some((held) => held === code);
}

/** Why a person is needed: the run says so, or how Temporal holds it. */
export type ShownAttention = Omit<Attention, 'code'> & { code: FailureCode | Held };

/** What is known of a case, by its run or by the journal, and of how Temporal holds its run. */
export type ShownStatus = Omit<CancellationStatus, 'attention'> & { attention: ShownAttention | null };

/** What people read of a case beside its status. */
export interface Told {
  /** What fails again and again, or is looked at again and again. */
  tries: Tries | null;
  /** What there is to say of it now, or how it ended: sentences. */
  notes: string[];
  /** What is left to be done by hand after its end, or would be left if it were closed by hand now. */
  remaining: string[];
  /** The house's to-do list; `null`: the case has none. */
  tasks: ShownTask[] | null;
  /** How a person can do the current step in place of Absage. */
  byHand: Task | null;
  /** Whom to call about an open question, as the house has set it. */
  contacts: TaskContact[];
  /** Where the house's mails about this case go. */
  alertsTo: string | null;
  /** When the contact of the order was erased: it is missing since. `null`: it was not. */
  contactErasedAt: Instant | null;
  /** The series that the case belongs to; `null`: it was ordered by itself. */
  series: { id: string; links: { self: string; page: string } } | null;
}

/** A case, whoever looks at it: what the run or the journal knows, and where it is to be found. */
export type CaseView = Omit<ShownStatus, 'approval'> &
  Located &
  Told & {
    /** The second person's word; `null`: nobody was asked. */
    approval: Approval | null;
    /** The view does not come from the run itself: no worker answered, or Temporal no longer keeps the run. */
    stale: boolean;
    /** The case of the event that counts now, where it is not this one. */
    supersededBy: string | null;
    secondPerson: SecondPerson;
  };

/** What four eyes go by, beside the role. It is for the judgement alone: no answer holds it. */
export interface SecondPerson {
  /** People log in themselves, so a program decides nothing that is a person's to decide. */
  arePeopleKnown: boolean;
  /** Whoever ordered the case; `null`: nobody has proven to be that; `undefined`: it was not looked up. */
  orderedById?: string | null;
}

/** Somebody's role is enough to decide, and they may not all the same. */
export interface DecisionFault {
  code: 'person-needed' | 'own-order';
  text: string;
}

/** What is possible now as well, but not for this caller: `text` is a sentence that says for whom. */
export interface ReservedAction {
  action: Action;
  /** The problem that it would be answered with. */
  code: 'not-allowed' | DecisionFault['code'];
  text: string;
}

/** A case as one caller sees it. */
export type CancellationView = Omit<CaseView, 'secondPerson'> & { reservedActions: ReservedAction[] };

/** The parts of a case's addresses. */
type Installation = Pick<CaseSources, 'isRehearsal' | 'temporalUiUrl' | 'namespace' | 'arePeopleKnown'>;

export function toView(
  sources: Installation,
  { house, eventNumber }: Pick<CaseAddress, 'house' | 'eventNumber'>,
  runId: string | null,
  status: ShownStatus,
  stale: boolean,
): CaseView {
  // The first line of a case holds its event or its refusal, so a status with either has a line.
  const isWritten = status.event !== null || status.refusal !== null;
  const address = { house, eventNumber, caseId: status.caseId };
  const located = locate(sources, address, runId, isWritten);
  const steps = isEnd(status.state) ? status.steps.map(withoutCurrent) : status.steps;
  const approval = status.approval ?? null;
  const secondPerson = { arePeopleKnown: sources.arePeopleKnown ?? false };
  const told = plainlyTold(status);
  return { ...status, approval, steps, ...located, ...told, stale, supersededBy: null, secondPerson };
}

/** What can be told without looking anything up. */
function plainlyTold(status: ShownStatus): Told {
  return {
    tries: null,
    notes: standingNotes(status),
    remaining: [],
    tasks: null,
    byHand: null,
    contacts: [],
    alertsTo: null,
    contactErasedAt: null,
    series: null,
  };
}

/** Nothing goes on after the end: what was under way then was not done. */
function withoutCurrent(step: StepProgress): StepProgress {
  return step.state === 'current' ? { ...step, state: 'upcoming' } : step;
}

/** The addresses of a case. `isWritten`: the journal has lines of it. */
export function locate(
  { isRehearsal, temporalUiUrl, namespace }: Installation,
  address: CaseAddress,
  runId: string | null,
  isWritten: boolean,
): Located {
  const { house, eventNumber } = address;
  const workflowId = cancellationWorkflowId(house, eventNumber);
  const self = caseResource(address);
  // The tab that shows the German details; the history is one click away.
  const temporalUi =
    runId &&
    `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
  return {
    house,
    eventNumber,
    links: { self, temporalUi, protocol: isWritten ? `${self}/protocol` : null },
    workflowId,
    runId,
    rehearsal: isRehearsal,
  };
}
