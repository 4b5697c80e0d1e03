import type { Finding, State } from './check';

/** The doctor's findings, for people and for programs. */
export interface Report {
  /** No check failed. */
  ok: boolean;
  /** `null`: the settings are too faulty to say. */
  mode: 'rehearsal' | 'production' | null;
  checks: Finding[];
}

const MARKS: Record<State, string> = { ok: 'ok', warning: 'Achtung', failed: 'Fehler' };
const LABEL_WIDTH = 15;
const MARK_WIDTH = 9;

/** A table of name, mark and sentence; further lines stand below their row. */
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
