import { attentionOf } from './peers/absage.ts';
import type { Stage } from './stage.ts';

export const WRITES = ['save-announcement', 'set-storno', 'grant-right'] as const;

/** What happened to one case. */
export interface Fate {
  /** What was done more than once; empty: nothing. */
  twice: string[];
  isEarly: boolean;
  /** What Jet does not have, although the case is done. */
  lost: string[];
  /** `asks`: it stands still and has said so to a person. `stuck`: it stands still and nobody knows. */
  end: 'done' | 'asks' | 'stuck';
  /** What it asks, or what its own records say where it is stuck. */
  says?: string;
  /** Until it was over; null: it was not within the patience of the bench. */
  seconds: number | null;
}

export type Fates = Record<string, Fate>;

export interface Placed {
  eventNumber: string;
  caseId: string;
  waitMs: number;
  placedAt: number;
}

const isDone = (outcome: string) =>
  outcome === 'ok' || outcome === 'truncate-value' || outcome.startsWith('commit-then');

export async function entriesOf(stage: Stage, operation: string, eventNumber: string) {
  const log = await stage.log();
  return log.filter((entry) => entry.operation === operation && entry.eventNumber === eventNumber);
}

/** What was refused, or never reached Jet, was not done. */
async function doneOf(stage: Stage, operation: string, eventNumber: string) {
  return (await entriesOf(stage, operation, eventNumber)).filter(({ outcome }) => isDone(outcome));
}

export const has = async (stage: Stage, operation: string, eventNumber: string) =>
  (await doneOf(stage, operation, eventNumber)).length > 0;

/** By what Jet and the mail server saw. */
export async function judge(
  stage: Stage,
  placed: Placed,
  { patienceMs, laterMs }: { patienceMs: number; laterMs: number },
): Promise<Fate> {
  const { eventNumber, waitMs, placedAt } = placed;
  const mails = () => stage.mails(eventNumber);
  const attention = async (): Promise<string | null> =>
    stage.peer.engine === 'absage' ? attentionOf(eventNumber).catch(() => null) : null;
  const isOver = async () => {
    if ((await attention()) === 'mail-in-doubt') return true;
    // One mail may have been taken before the trouble; a second one shows that it went on.
    const [rights, sent] = [await has(stage, 'grant-right', eventNumber), await mails()];
    return rights && sent.length > 0;
  };
  const isStuck = await stage.until(isOver, patienceMs, 100).then(
    () => false,
    () => true,
  );
  const seconds = Math.round((Date.now() - placedAt) / 1_000);
  // What a worker that was started again does about a mail that was under way, it does a moment later.
  if (!isStuck) await stage.until(async () => (await mails()).length > 1, laterMs, 200).catch(() => {});
  const asked = await attention();
  const end = asked !== null ? 'asks' : isStuck ? 'stuck' : 'done';
  const twice: string[] = [];
  for (const operation of WRITES)
    if ((await doneOf(stage, operation, eventNumber)).length > 1) twice.push(operation);
  if ((await mails()).length > 1) twice.push('mail');
  const at = async (operation: string) =>
    (await doneOf(stage, operation, eventNumber)).map((entry) => Date.parse(entry.at));
  const savedAt = await at('save-announcement');
  const waitedMs = Math.min(...(await at('set-storno'))) - Math.min(...savedAt);
  return {
    twice,
    isEarly: savedAt.length > 0 && waitedMs < waitMs,
    lost: end === 'done' ? await stage.lacks(eventNumber) : [],
    end,
    says: asked ?? (isStuck ? await stage.peer.standing?.(placed) : undefined),
    seconds: isStuck ? null : seconds,
  };
}
