import { setTimeout as sleep } from 'node:timers/promises';

/** `warning`: it works, or could not be looked at, and somebody should know. */
export type State = 'ok' | 'warning' | 'failed';

/** What a check has found: one German sentence, with what to do where something is to be done. */
export interface Verdict {
  state: State;
  text: string;
  /** One line each, where one sentence is not enough. */
  details?: readonly string[];
}

export interface Check {
  /** For programs; never changes. */
  name: string;
  /** For people. */
  label: string;
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

/** Longer than anything that a check itself waits for: the last resort against one that hangs. */
const DEADLINE_MS = 12_000;

/** All at once; none of them can keep another from its verdict. */
export function carryOut(checks: readonly Check[], deadlineMs = DEADLINE_MS): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ name, label, run }) => ({ name, label, ...(await judge(run, deadlineMs)) })),
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
    // Never its message, which may quote what was sent.
    const { code, name } = error as NodeJS.ErrnoException;
    return failed(`Die Prüfung ist gescheitert (${code ?? name}).`);
  } finally {
    done.abort();
  }
}
