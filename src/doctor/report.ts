import type { Finding, State } from './check';

/** What the doctor has found, for people and for programs. */
export interface Report {
  /** Nothing has failed. */
  ok: boolean;
  /** `null`: the settings do not even say that. */
  mode: 'rehearsal' | 'production' | null;
  checks: Finding[];
}

const MARKS: Record<State, string> = { ok: 'ok', warning: 'Achtung', failed: 'Fehler' };
const LABEL_WIDTH = 15;
const MARK_WIDTH = 9;

/** A table: name, mark, sentence. What needs more than a sentence stands below it. */
export function describeReport({ checks }: Report): string {
  const indent = ' '.repeat(LABEL_WIDTH + MARK_WIDTH);
  const rows = checks.flatMap(({ label, state, text, details = [] }) => [
    `${label.padEnd(LABEL_WIDTH)}${MARKS[state].padEnd(MARK_WIDTH)}${text}`,
    ...details.map((line) => `${indent}  - ${line}`),
  ]);
  return [...rows, '', summarise(checks)].join('\n');
}

function summarise(checks: readonly Finding[]): string {
  const count = (state: State) => checks.filter((finding) => finding.state === state).length;
  const failures = count('failed');
  const warnings = count('warning');
  if (failures + warnings === 0) return 'Alles in Ordnung.';
  const parts = [failures > 0 && `${failures} Fehler`, warnings > 0 && `${warnings} Mal Achtung`];
  return `${parts.filter(Boolean).join(', ')}.${failures > 0 ? ' So kann Absage nicht verlässlich arbeiten.' : ''}`;
}
