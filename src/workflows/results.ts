import { ApplicationFailure } from '@temporalio/workflow';
import type { FailureCode } from '../domain/failures';
import { ANNOUNCEMENT_FIELDS, PERFORMANCE_FIELDS, type ConfirmableStep } from '../domain/vocabulary';
import {
  count,
  day,
  either,
  flag,
  instant,
  listOf,
  members,
  never,
  oneOf,
  optional,
  text,
  wait,
  type Shape,
} from './shapes';

/*
 * Whoever reaches Temporal's namespace can end an activity in its place, with a result or a failure of their own. What a run
 * takes up is looked at first: a value that it could not work with would fail its workflow task for ever, and no abort would
 * get through. Whether a value of the right shape is true nobody can see here: each step looks for itself.
 */

const head = optional(members({ seq: count, hash: text }));
/** A result that has no other kinds than what its members say. */
const plain = (more: Readonly<Record<string, Shape>> = {}) =>
  members({ kind: oneOf(undefined), head, ...more });
const kind = (name: string, more: Readonly<Record<string, Shape>> = {}) =>
  members({ kind: oneOf(name), head, ...more });

const task = kind('task', {
  task: members({
    mask: listOf(text),
    instruction: text,
    fields: listOf(members({ label: text, value: text })),
    confirm: text,
  }),
});
const again = kind('storno-again', { savedAt: instant, remainingMs: wait });
const coded = members({ code: text, text });
const change = members({ before: optional(text), after: optional(text) });
const event = members({
  title: change,
  customerTitle: change,
  externalMemo: change,
  statusText: text,
  startsAt: instant,
  venue: text,
  location: optional(text),
  organiser: optional(text),
  production: optional(text),
});
const right = members({ validFrom: day, validUntil: day });
const decision = members({
  kind: oneOf('approved', 'rejected', 'overridden', 'expired'),
  by: text,
  at: instant,
  reason: optional(text),
});
const approvalWith = (decided: Shape) =>
  members({
    planHash: text,
    requestedBy: text,
    requestedAt: instant,
    expiresAt: instant,
    changes: listOf(members({ field: text, before: optional(text), now: optional(text) })),
    decision: optional(decided),
  });
const claim = oneOf('storno', 'abort');
const opened = kind('opened', {
  event,
  warnings: listOf(coded),
  right,
  isApprovalNeeded: optional(flag),
  backend: oneOf('gateway', 'guided'),
  actor: optional(text),
  actorId: optional(text),
  openedAt: instant,
  claim: optional(claim),
});

/** What the activities return, by what the run takes it for. */
export const RESULTS = {
  checked: either(
    kind('refused', { refusal: coded, warnings: listOf(coded), event: optional(event) }),
    opened,
  ),
  settled: either(
    kind('settled', { isOverridden: flag }),
    kind('awaiting', {
      number: count,
      approval: approvalWith(never),
      event,
      warnings: listOf(coded),
      right,
    }),
    kind('refused', { refusal: coded, approval: optional(approvalWith(decision)) }),
  ),
  marked: either(
    kind('marked', { savedAt: instant, remainingMs: wait }),
    kind('cancelled-already'),
    kind('aborted'),
  ),
  storno: either(
    kind('cancelled', { savedAt: instant, remainingMs: wait, isOurs: flag }),
    kind('not-yet', { savedAt: instant, remainingMs: wait }),
    kind('mark-again'),
    kind('aborted'),
  ),
  evidence: either(plain({ seenAt: instant, isVouchedFor: optional(flag) }), again),
  right: either(plain({ validUntil: optional(day), isWaived: optional(flag) }), again),
  notice: either(plain({ acceptedAt: optional(instant), isConfirmed: optional(flag) }), again),
  joined: either(kind('told', { acceptedAt: instant, isConfirmed: optional(flag) }), kind('own')),
  look: either(plain({ isStornoSeen: optional(oneOf(true)) }), again),
  written: members({ head }),
  ended: either(plain(), again),
  recorded: members({ head, at: optional(instant), actor: optional(text), actorId: optional(text) }),
  claimed: members({ winner: claim, opened: optional(opened) }),
  claim: members({ claim: optional(claim) }),
} as const satisfies Record<string, Shape>;

export type ResultName = keyof typeof RESULTS;

/** What a step gives that a person has done by hand. A look or an abort ends no step. */
export const CONFIRMED: Readonly<Record<ConfirmableStep, ResultName>> = {
  'mark-titles': 'marked',
  'set-storno': 'storno',
  'verify-channel': 'evidence',
  'grant-right': 'right',
  'notify-partner': 'notice',
};

const NOT_OURS = 'result-not-ours' satisfies FailureCode;

/** The result, as it came. Throws `result-not-ours` for what none of our activities returns. */
export function ours<T>(name: ResultName, result: T): T {
  if (RESULTS[name](result)) return result;
  throw ApplicationFailure.nonRetryable('not a result of this activity', NOT_OURS);
}

/** As `ours`, for a step: a task for a person may stand in its place. */
export function oursOrTask<T>(name: ResultName, result: T): T {
  return task(result) ? result : ours(name, result);
}

export function isNotOurs(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === NOT_OURS;
}

const conflict = either(
  members({
    field: oneOf(
      ...ANNOUNCEMENT_FIELDS,
      'status',
      ...PERFORMANCE_FIELDS.filter((name) => name !== 'startsAt'),
    ),
    before: optional(text),
    ours: optional(text),
    now: optional(text),
  }),
  members({
    field: oneOf('startsAt'),
    before: optional(either(instant, oneOf(''))),
    ours: optional(either(instant, oneOf(''))),
    now: optional(either(instant, oneOf(''))),
  }),
);

/** What a failure says beside its code. */
export const FACTS: Shape = members({
  conflicts: optional(listOf(conflict)),
  head,
  found: optional(listOf(text)),
  situation: optional(text),
  savedAt: optional(instant),
  isLookNeeded: optional(flag),
  answer: optional(text),
});
