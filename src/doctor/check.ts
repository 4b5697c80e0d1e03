import { setTimeout as sleep } from 'node:timers/promises';

/** `warning`: it works but needs an administrator's attention, or it could not be checked. */
export type State = 'ok' | 'warning' | 'failed';

/** The result of a check: one German sentence that also says what to do, where something has to be done. */
export interface Verdict {
  state: State;
  text: string;
  /** Further lines, where one sentence is not enough. */
  details?: readonly string[];
}

export interface Check {
  /** The name for programs. It never changes. */
  name: string;
  /** The name for people. */
  label: string;
  /** How long it may take, where it needs longer than the others. */
  deadlineMs?: number;
  run(): Promise<Verdict>;
}

export interface Finding extends Verdict {
  name: string;
  label: string;
}

export const ok = (text: string): Verdict => ({ state: 'ok', text });
export const warning = (text: string): Verdict => ({ state: 'warning', text });
export const failed = (text: string): Verdict => ({ state: 'failed', text });
export const notChecked = (reason: string): Verdict => warning(`Nicht geprüft: ${reason}.`);

/** Longer than any wait of a check itself: the last resort against a check that hangs. */
const DEADLINE_MS = 12_000;

/** Runs all checks at once. A check that fails or hangs does not keep the others from their verdicts. */
export function carryOut(checks: readonly Check[], deadlineMs = DEADLINE_MS): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ name, label, run, deadlineMs: own = deadlineMs }) => ({
      name,
      label,
      ...(await judge(run, own)),
    })),
  );
}

async function judge(run: () => Promise<Verdict>, deadlineMs: number): Promise<Verdict> {
  const done = new AbortController();
  const tooLate = sleep(deadlineMs, null, { signal: done.signal }).then(
    () => failed(`Die Prüfung wurde in ${(deadlineMs / 1_000).toLocaleString('de-AT')} s nicht fertig.`),
    () => failed(''),
  );
  try {
    return await Promise.race([run(), tooLate]);
  } catch (error) {
    // The error's message is left out, because it may quote what was sent.
    const { code, name } = error as NodeJS.ErrnoException;
    return failed(`Die Prüfung ist gescheitert (${code ?? name}).`);
  } finally {
    done.abort();
  }
}
