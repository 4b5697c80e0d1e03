import { Context } from '@temporalio/activity';
import type { ConfirmableStep } from '../domain/vocabulary';
import { toInstant } from '../domain/clock';
import { remainingWaitMs } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { taskFor, type TaskName } from '../domain/guided';
import { type Task } from '../domain/case';
import type { ReadBack, ReadBacks } from '../domain/read-back';
import type { Opening } from '../domain/case';
import type { JournalHead } from '../domain/journal';
import type { StepName } from '../domain/vocabulary';
import { STORNO_WORD } from '../domain/status';
import type { Instant } from '../domain/types';
import { headOf } from '../domain/journal';
import { type JournalEntry } from '../domain/journal';
import { type NewEntry } from '../domain/journal';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase } from './reading';
import { isSaved, type MarkResult } from './titles';
import { lastHead } from './reading';
import type { EvidenceResult } from './channel';
import type { RightResult } from './right';
import type { NoticeResult } from './partner-notice';
import { adoptStorno, findStorno, skippedSaves, stornoOf, type StornoResult } from './storno';

/** A task is open: what it is, until a person confirms that it is done. */
export interface OpenTask {
  kind: 'task';
  task: Task;
  head: JournalHead;
}

/** The confirmation of a step that a person has done, with what the mask shows now. */
export interface Confirmation extends StepInput {
  step: ConfirmableStep;
  /** The attention that it answers. */
  attentionId: string;
  readBack: ReadBack;
  reason: string;
  isAborting: boolean;
}

/**
 * The steps that a person does: all of Jet in a guided house, a single stuck one in any. Their clock is Temporal's,
 * which all workers share: a save counts from its confirmation, never by somebody's watch. What was read back has been
 * compared before it comes here.
 */
export function createByHandActivities({ journal, houses }: ActivityDependencies) {
  /**
   * Opens a guided house's task, or gives the result of one that was done before. The task to set Storno is opened
   * only when the wait is over, and opening it is the point of no return: from then on the person may have done it.
   */
  const openTask = asActivity(
    async (
      input: StepInput & { task: TaskName },
    ): Promise<
      OpenTask | MarkResult | StornoResult | EvidenceResult | RightResult | { head: JournalHead }
    > => {
      const { ref, actor, task: name } = input;
      const { entries, opening } = await readOpenCase(journal, input);
      const user = houses.get(ref.house)?.connectOnlineUser;
      if (!user) throw new KnownFailure('house-not-configured', `house ${ref.house}`);
      const now = toInstant(Context.current().info.currentAttemptScheduledTimestampMs);
      const done = findDone(name, entries, opening, now);
      if (done) return done;

      const task = taskFor(name, opening, user);
      const line = { actor, after: { task } };
      if (name === 'mark-titles') {
        const entry = await journal.appendUnlessAborted(ref, { ...line, ...TASK_LINES[name] });
        return entry
          ? { kind: 'task', task, head: headOf(entry) }
          : { kind: 'aborted', head: lastHead(entries) };
      }
      if (name === 'set-storno' && opening.wasCancelledBefore) {
        const adopted = await adoptStorno(journal, input, { status: STORNO_WORD, savedAt: now });
        return adopted ? resultOf(name, adopted, opening, now) : { kind: 'aborted', head: lastHead(entries) };
      }
      if (name === 'set-storno') {
        const early = stillWaiting(entries, opening, now);
        if (early) return early;
        const winner = await journal.claim(ref, 'storno', { ...line, ...TASK_LINES[name] });
        if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };
      }
      const entry = await journal.append(ref, { ...line, ...TASK_LINES[name] });
      return { kind: 'task', task, head: headOf(entry) };
    },
  );

  /** Writes down that a person has done a step, and gives what the step itself would have given. */
  const confirmStep = asActivity(async (input: Confirmation): Promise<StepResult> => {
    const { ref, step } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    const now = toInstant(Context.current().info.scheduledTimestampMs);
    const after = { ...input.readBack, reason: input.reason, savedAt: now, readAt: now };
    const line = { ...lineOf(input), after };
    if (input.isAborting || step !== 'set-storno') {
      const entry =
        step === 'mark-titles' && !input.isAborting
          ? await journal.appendUnlessAborted(ref, line)
          : await journal.append(ref, line);
      return entry ? resultOf(step, entry, opening, now) : { kind: 'aborted', head: lastHead(entries) };
    }
    // Whoever sets Storno by hand passes the point of no return, too.
    const claimLine = {
      ...line,
      kind: 'decision',
      operation: 'confirm-step',
      effectKey: `${line.effectKey}/claim`,
    } as const;
    if ((await journal.claim(ref, 'storno', claimLine)) === 'abort')
      return { kind: 'aborted', head: lastHead(entries) };
    // It was on sale when this case began: a Storno that was transferred since is this one.
    const evidenceFrom = entries[0]?.at;
    const entry = await journal.append(ref, { ...line, after: { ...after, evidenceFrom } });
    return resultOf(step, entry, opening, now);
  });

  return { openTask, confirmStep };
}

export type StepResult =
  MarkResult | StornoResult | EvidenceResult | RightResult | NoticeResult | { head: JournalHead };

const BY_HAND = 'by-hand';

/** A task that was opened may have been done without anybody saying so: the line is its intent. */
const TASK_LINES = {
  'mark-titles': taskLine('mark-titles', 'save-announcement', 'task/mark-titles'),
  'restore-titles': taskLine('mark-titles', 'restore-announcement', 'task/restore-titles'),
  'set-storno': taskLine('set-storno', 'set-storno', 'task/set-storno'),
  'verify-channel': taskLine('verify-channel', 'read-channel', 'task/verify-channel'),
  'grant-right': taskLine('grant-right', 'grant-right', 'task/grant-right'),
} satisfies Record<TaskName, Omit<NewEntry, 'actor'>>;

function taskLine(step: StepName, operation: string, effectKey: string) {
  return { kind: 'intent', step, operation, effectKey } as const;
}

const OPERATIONS: Record<ConfirmableStep, string> = {
  'mark-titles': 'save-announcement',
  'set-storno': 'set-storno',
  'verify-channel': 'read-channel',
  'grant-right': 'grant-right',
  'notify-partner': 'send-partner-notice',
};

function lineOf({ actor, step, attentionId, isAborting }: Confirmation) {
  const isEvidence = step === 'verify-channel';
  return {
    actor,
    kind: isEvidence ? 'evidence' : 'outcome',
    step,
    operation: isAborting ? 'restore-announcement' : OPERATIONS[step],
    effectKey: isEvidence ? 'verify-channel' : `by-hand/${attentionId}`,
    outcome: BY_HAND,
  } as const;
}

/** What a step gives, from the line that says it is done. */
function resultOf(step: ConfirmableStep, entry: JournalEntry, opening: Opening, now: Instant): StepResult {
  const head = headOf(entry);
  const after = entry.after as { savedAt: Instant; readAt: Instant } & Partial<ReadBacks['grant-right']> &
    Partial<ReadBacks['notify-partner']>;
  const { savedAt } = after;
  const remainingMs = remainingWaitMs(savedAt, now, opening.input.policy.syncIntervalMs);
  switch (step) {
    case 'mark-titles':
      return entry.operation === 'restore-announcement'
        ? { head }
        : { kind: 'marked', savedAt, remainingMs, hasWritten: true, head };
    case 'set-storno':
      return { kind: 'cancelled', savedAt, remainingMs, isOurs: stornoOf(entry).isOurs, head };
    case 'verify-channel':
      return { seenAt: after.readAt, head };
    case 'grant-right':
      return { validUntil: after.validUntil ?? null, hasWritten: true, head };
    case 'notify-partner':
      return { acceptedAt: after.sentAt ?? savedAt, isConfirmed: true, head };
  }
}

/** After a reset, or when the case is taken up again: what was done stays done. */
function findDone(
  name: TaskName,
  entries: readonly JournalEntry[],
  opening: Opening,
  now: Instant,
): StepResult | null {
  const isDone = (operation: string) => (entry: JournalEntry) =>
    entry.kind === 'outcome' && entry.operation === operation;
  const head = lastHead(entries);
  switch (name) {
    case 'mark-titles': {
      if (opening.wasCancelledBefore) return { kind: 'cancelled-already', head };
      const saved = entries.findLast(isSaved);
      return saved ? { ...resultOf('mark-titles', saved, opening, now), head } : null;
    }
    case 'restore-titles': {
      const isNeeded = entries.some(
        ({ operation, kind }) => kind === 'intent' && operation === 'save-announcement',
      );
      const isRestored = entries.some(isDone('restore-announcement'));
      const hasEnded = entries.some(({ kind }) => kind === 'end');
      return isNeeded && !isRestored && !hasEnded ? null : { head };
    }
    case 'set-storno': {
      const storno = findStorno(entries);
      return storno ? { ...resultOf('set-storno', storno, opening, now), head } : null;
    }
    case 'verify-channel': {
      const seen = entries.find(({ effectKey }) => effectKey === 'verify-channel');
      return seen ? { ...resultOf('verify-channel', seen, opening, now), head } : null;
    }
    case 'grant-right': {
      const granted = entries.find(isDone('grant-right'));
      return granted ? { ...resultOf('grant-right', granted, opening, now), head } : null;
    }
  }
}

/** The guard of a guided Storno: a whole interval since the confirmed save, or a skip for exactly that one. */
function stillWaiting(entries: readonly JournalEntry[], opening: Opening, now: Instant): StornoResult | null {
  const saved = entries.findLast(isSaved);
  if (!saved) throw new KnownFailure('journal-behind', 'no saved titles in the journal');
  const { savedAt } = saved.after as { savedAt: Instant };
  if (skippedSaves(entries).includes(savedAt)) return null;
  const remainingMs = remainingWaitMs(savedAt, now, opening.input.policy.syncIntervalMs);
  return remainingMs > 0 ? { kind: 'not-yet', remainingMs, savedAt, head: lastHead(entries) } : null;
}
