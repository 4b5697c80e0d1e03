import { Context } from '@temporalio/activity';
import { readActionKey, type ActionKey } from '../domain/action-key';
import { actorOf } from '../domain/actor';
import type { Opening, Task } from '../domain/case';
import { toInstant } from '../domain/clock';
import { KnownFailure, STATUS_SEEN } from '../domain/failures';
import { taskFor, type TaskName } from '../domain/guided';
import { effectKeys, headOf, type EntryOf, type JournalEntry, type NewEntry } from '../domain/journal';
import {
  endOf,
  grantedRight,
  isAbortAccepted,
  isSkipped,
  lastHead,
  lastMarking,
  lastRestoring,
  wasToBeMarked,
} from '../domain/lines';
import {
  findEvidence,
  findStorno,
  lookKey,
  proofKey,
  stornoOf,
  type StornoLine,
} from '../domain/storno-lines';
import type { ConfirmedStep } from '../domain/read-back';
import { remainingWaitMs } from '../domain/saves';
import { otherStatusSeen } from '../domain/seen-status';
import { STORNO_WORD } from '../domain/status';
import type { Instant, JournalHead } from '../domain/types';
import { STEP_ROWS, type ConfirmableStep } from '../domain/vocabulary';
import { asAskedStep, asStep, type ActivityDependencies, type StepInput } from './activity';
import { provenActorOf, type AskedInput } from './asked';
import type { EvidenceResult } from './channel';
import type { NoticeResult } from './partner-notice';
import { readOpenCase, requireHouse, requireWritten } from './reading';
import type { RightResult } from './right';
import { noteLook } from './still-storno';
import { adoptStorno, type StornoResult } from './storno';
import type { MarkResult } from './titles';
import { attempting } from './writes';

/** An open task: what an operator has to do. It stays open until the operator confirms it. */
export interface OpenTask {
  kind: 'task';
  task: Task;
  head: JournalHead;
}

/** The abort was faster: no task is opened. */
interface Aborted {
  kind: 'aborted';
  head: JournalHead;
}

/** The operator's confirmation of a step, with what the mask shows now. */
export type Confirmation = AskedInput &
  ConfirmedStep & {
    /** The attention that this confirms. */
    attentionId: string;
    reason: string;
    key?: ActionKey;
    isAborting: boolean;
    /** The operator looked whether the event is still Storno, and did not set it. Older runs do not say it. */
    isLook?: boolean;
  };

/**
 * The steps that an operator does by hand: all Jet steps in a guided house, a single stuck step in any house. They go
 * by Temporal's clock, which all workers share: a save counts from the moment of its confirmation, never from a time
 * that the operator reads off a watch. The update compares what was read back before the activity gets it.
 */
export function createByHandActivities({ journal, houses, trust }: ActivityDependencies) {
  /**
   * Opens a guided house's task, or returns the result of a task that was done before. The task to set Storno is opened
   * only after the wait. Opening it is the point of no return, because from then on the operator may have set Storno
   * without having reported it.
   */
  const openTask = asStep(
    trust,
    async (
      input: StepInput & { task: TaskName },
    ): Promise<
      OpenTask | MarkResult | StornoResult | EvidenceResult | RightResult | { head: JournalHead }
    > => {
      const { ref, task: name } = input;
      const { entries, opening } = await readOpenCase(journal, input);
      requireWritten(opening.backend === 'guided', 'that the house has no gateway');
      const user = requireHouse(houses, ref.house).connectOnlineUser;
      const now = toInstant(Context.current().info.currentAttemptScheduledTimestampMs);
      const done = findDone(name, entries, opening, now);
      if (done) return done;
      if (name === 'restore-titles') requireWritten(isAbortAccepted(entries), 'the abort');
      else requireExpectedStatus(entries);
      requireWritten(BEFORE_TASK[name]?.(entries) ?? true, `what comes before the task ${name}`);

      const task = taskFor(name, opening, user);
      const line = { ...actorOf(input), after: { task } };
      if (name === 'set-storno' && opening.wasCancelledBefore) {
        const adopted = await adoptStorno(journal, input, entries, { status: STORNO_WORD, savedAt: now });
        return adopted ? resultOf(adopted, opening, now) : { kind: 'aborted', head: lastHead(entries) };
      }
      const early = name === 'set-storno' ? stillWaiting(entries, opening, now) : null;
      if (early) return early;
      const about = { ref, step: TASK_LINES[name].step, mayLastMs: 0 };
      return attempting(journal, about, async (asking): Promise<OpenTask | Aborted> => {
        // What is open already may have been done: whoever did it can say so, whatever was switched off since.
        const isOpen = entries.some(({ effectKey }) => effectKey === TASK_LINES[name].effectKey);
        const attempt = isOpen ? undefined : asking;
        const aborted = { kind: 'aborted', head: lastHead(entries) } as const;
        if (name === 'mark-titles') {
          const entry = await journal.appendUnlessOver(ref, { ...line, ...TASK_LINES[name] }, attempt);
          return entry ? { kind: 'task', task, head: headOf(entry) } : aborted;
        }
        if (name === 'set-storno') {
          const winner = await journal.claim(ref, 'storno', { ...line, ...TASK_LINES[name] }, attempt);
          if (winner === 'abort') return aborted;
        }
        const entry = await journal.append(ref, { ...line, ...TASK_LINES[name] }, attempt);
        return { kind: 'task', task, head: headOf(entry) };
      });
    },
  );

  /** Writes down that an operator did a step, and returns what the step's own activity would have returned. */
  const confirmStep = asAskedStep(trust, async (confirmed: Confirmation): Promise<StepResult> => {
    const { reason, step: asked, readBack } = confirmed;
    const by = provenActorOf(trust, 'confirm-step', confirmed, { reason, step: asked, readBack });
    const input = { ...confirmed, ...by };
    const { ref, step, isAborting } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    const now = toInstant(Context.current().info.scheduledTimestampMs);
    // Or another operator has closed the case by hand meanwhile.
    const aborted = { kind: 'aborted', head: lastHead(entries) } as const;
    // An abort asks only for the restored texts.
    if (isAborting && step !== 'mark-titles') return aborted;
    if (step === 'set-storno' && input.isLook)
      return { head: headOf(await noteLook(journal, input, lookByHand(input, now, entries))) };
    if (step === 'set-storno') {
      // Setting Storno by hand also passes the point of no return.
      if ((await journal.claim(ref, 'storno', stornoClaim(input, now))) === 'abort') return aborted;
      // The event was on sale when this case began, so a Storno transferred since then is this one.
      const evidenceFrom = entries[0]?.at;
      const storno = await journal.appendUnlessEnded(ref, confirmedStorno(input, now, evidenceFrom));
      return storno ? resultOf(storno, opening, now) : aborted;
    }
    const line = confirmedLine(input, now, proofKey(entries));
    const entry =
      step === 'mark-titles' && !isAborting
        ? await journal.appendUnlessOver(ref, line)
        : await journal.appendUnlessEnded(ref, line);
    return entry ? resultOf(entry, opening, now) : aborted;
  });

  return { openTask, confirmStep };
}

/** Fails while a person has last seen a status in the mask from which the task cannot be done. */
function requireExpectedStatus(entries: readonly JournalEntry[]): void {
  const seen = otherStatusSeen(entries);
  if (seen === null) return;
  throw new KnownFailure('status-not-cancellable', 'a person saw another status', {
    head: lastHead(entries),
    situation: STATUS_SEEN,
    found: [seen],
  });
}

/** What a line has to say before a task is shown. The others have guards of their own. */
const BEFORE_TASK: Partial<Record<TaskName, (entries: readonly JournalEntry[]) => unknown>> = {
  'verify-channel': findStorno,
  'grant-right': findEvidence,
};

export type StepResult =
  MarkResult | StornoResult | EvidenceResult | RightResult | NoticeResult | { head: JournalHead };

/** An opened task may have been done without being reported, so its line is an intent. */
const TASK_LINES = {
  'mark-titles': taskLine('mark-titles'),
  'restore-titles': {
    ...taskLine('mark-titles', 'restore-titles'),
    operation: 'restore-announcement',
  },
  'set-storno': taskLine('set-storno'),
  'verify-channel': taskLine('verify-channel'),
  'grant-right': taskLine('grant-right'),
} as const satisfies Record<TaskName, unknown>;

function taskLine<S extends ConfirmableStep>(step: S, name: string = step) {
  const { operation }: { operation: (typeof STEP_ROWS)[S]['operation'] } = STEP_ROWS[step];
  return { kind: 'intent', step, operation, effectKey: effectKeys.task(name) } as const;
}

/** When the operator confirmed a step, and why they did it by hand. */
function vouched(input: Confirmation, now: Instant) {
  const { reason, key } = input;
  const seen = { reason, key: readActionKey(key), savedAt: now, readAt: now };
  return { ...actorOf(input), outcome: 'by-hand', seen } as const;
}

function confirmedLine(
  input: Exclude<Confirmation, ConfirmedStorno>,
  now: Instant,
  proof: string,
): ConfirmedLine {
  const { seen, ...line } = vouched(input, now);
  const outcome = { ...line, kind: 'outcome', effectKey: effectKeys.byHand(input.attentionId) } as const;
  switch (input.step) {
    case 'mark-titles': {
      const operation = input.isAborting ? 'restore-announcement' : 'save-announcement';
      return { ...outcome, step: input.step, operation, after: { ...input.readBack, ...seen } };
    }
    case 'verify-channel':
      return {
        ...line,
        kind: 'evidence',
        step: input.step,
        operation: STEP_ROWS[input.step].operation,
        effectKey: proof,
        after: { ...input.readBack, ...seen },
      };
    case 'grant-right':
      return {
        ...outcome,
        step: input.step,
        operation: STEP_ROWS[input.step].operation,
        after: { ...input.readBack, ...seen },
      };
    case 'notify-partner':
      return {
        ...outcome,
        step: input.step,
        operation: STEP_ROWS[input.step].operation,
        after: { ...input.readBack, ...seen },
      };
  }
}

type ConfirmedLine = Exclude<
  Extract<NewEntry, { kind: 'outcome' | 'evidence'; outcome: 'by-hand' }>,
  { operation: 'read-event' }
>;
type ConfirmedStorno = Extract<Confirmation, { step: 'set-storno' }>;

function confirmedStorno(input: ConfirmedStorno, now: Instant, evidenceFrom?: Instant) {
  const { seen, ...line } = vouched(input, now);
  return {
    ...line,
    kind: 'outcome',
    step: input.step,
    operation: 'set-storno',
    effectKey: effectKeys.byHand(input.attentionId),
    after: { ...input.readBack, ...seen, evidenceFrom },
  } as const;
}

/** Storno was known already: an operator looked in Absage's place whether it still stands there. */
function lookByHand(input: ConfirmedStorno, now: Instant, entries: readonly JournalEntry[]) {
  const { seen, ...line } = vouched(input, now);
  return {
    ...line,
    kind: 'evidence',
    step: 'notify-partner',
    operation: 'read-event',
    effectKey: lookKey(entries),
    after: { ...input.readBack, ...seen },
  } as const;
}

function stornoClaim(input: ConfirmedStorno, now: Instant) {
  const { seen, ...line } = vouched(input, now);
  return {
    ...line,
    kind: 'decision',
    step: input.step,
    operation: 'confirm-step',
    effectKey: effectKeys.claimOf(effectKeys.byHand(input.attentionId)),
    after: { ...input.readBack, ...seen },
  } as const;
}

/** A line that proves a step done. */
type DoneLine =
  | StornoLine
  | EntryOf<'save-announcement' | 'restore-announcement' | 'grant-right' | 'send-partner-notice', 'outcome'>
  | EntryOf<'read-channel', 'evidence'>;

/** The result of a step, from the line that proves it done. */
function resultOf(line: DoneLine, opening: Opening, now: Instant): StepResult {
  const head = headOf(line);
  const remainingAfter = (savedAt: Instant) =>
    remainingWaitMs(savedAt, now, opening.input.policy.syncIntervalMs);
  switch (line.operation) {
    case 'save-announcement': {
      const { savedAt } = line.after;
      return { kind: 'marked', savedAt, remainingMs: remainingAfter(savedAt), hasWritten: true, head };
    }
    case 'restore-announcement':
      return { head };
    case 'set-storno':
    case 'adopt-storno': {
      const { savedAt, isOurs } = stornoOf(line);
      return { kind: 'cancelled', savedAt, remainingMs: remainingAfter(savedAt), isOurs, head };
    }
    case 'read-channel':
      return { seenAt: line.after?.readAt ?? line.at, head };
    case 'grant-right':
      return { validUntil: line.after.validUntil, hasWritten: true, head };
    case 'send-partner-notice': {
      const acceptedAt = line.outcome === 'by-hand' ? line.after.sentAt : line.at;
      return { acceptedAt, isConfirmed: true, head };
    }
  }
}

/** After a reset or a resume, a finished task stays finished. */
function findDone(
  name: TaskName,
  entries: readonly JournalEntry[],
  opening: Opening,
  now: Instant,
): StepResult | null {
  const head = lastHead(entries);
  if (name === 'mark-titles' && opening.wasCancelledBefore) return { kind: 'cancelled-already', head };
  if (name === 'restore-titles') return isStillToRestore(entries) ? null : { head };
  const line = LINE_THAT_IT_IS_DONE[name](entries);
  return line && { ...resultOf(line, opening, now), head };
}

const LINE_THAT_IT_IS_DONE = {
  'mark-titles': lastMarking,
  'set-storno': findStorno,
  'verify-channel': findEvidence,
  'grant-right': grantedRight,
} satisfies Record<
  Exclude<TaskName, 'restore-titles'>,
  (entries: readonly JournalEntry[]) => DoneLine | null
>;

function isStillToRestore(entries: readonly JournalEntry[]): boolean {
  return wasToBeMarked(entries) && lastRestoring(entries) === null && endOf(entries) === null;
}

/** The guard of a guided Storno: a whole interval since the confirmed save, or a skip of exactly that wait. */
function stillWaiting(entries: readonly JournalEntry[], opening: Opening, now: Instant): StornoResult | null {
  const { savedAt } = requireWritten(lastMarking(entries), 'that the titles were saved').after;
  if (isSkipped(entries, 'wait-for-title-transfer', savedAt)) return null;
  const remainingMs = remainingWaitMs(savedAt, now, opening.input.policy.syncIntervalMs);
  return remainingMs > 0 ? { kind: 'not-yet', remainingMs, savedAt, head: lastHead(entries) } : null;
}
