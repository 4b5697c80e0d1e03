import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Proof, Verdict } from '../protocol/verify';
import { writeJson, writeLine, writeProblem } from './terminal';

/** The codes differ from those of the commands that ask the API. */
const EXIT = { whole: 0, changed: 1, 'not-a-protocol': 2, unproven: 3 } as const;

const SENTENCES: Record<Proof, string> = {
  whole: 'Das Protokoll ist unversehrt.',
  changed: 'ACHTUNG: Dieses Protokoll ist nicht unversehrt. Es beweist nichts.',
  unproven: 'Die Zeilen des Logbuchs sind unversehrt. Was mit ? bezeichnet ist, ist nicht bewiesen.',
};

/** `absage verify`. Alone among the commands, it needs neither the API nor any other part of Absage. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify <datei>')
    .description('prüft ein Protokoll, als PDF oder JSON: Prüfsummen, Kette und Inhalt; ohne Netz')
    .option('--json', 'Befund als JSON')
    .action(async (path: string, { json }: { json?: boolean }) => {
      process.exitCode = await verifyFile(path, json ?? false);
    });
}

async function verifyFile(path: string, isJson: boolean): Promise<number> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) {
    writeProblem(`Diese Datei ist nicht lesbar: ${path}`);
    return EXIT['not-a-protocol'];
  }
  // Loaded only here, because it brings the fonts and the PDF library along.
  const { verifyProtocol } = await import('../protocol/verify.js');
  const verdict = await verifyProtocol(bytes);
  if (isJson) writeJson(verdict);
  else writeLine(describe(verdict));
  return exitCode(verdict);
}

function exitCode(verdict: Verdict): number {
  if (verdict.kind === 'protocol') return EXIT[verdict.proof];
  return verdict.kind === 'unreadable' ? EXIT.changed : EXIT['not-a-protocol'];
}

const MARKS = { true: '✓', false: '✗', null: '?' } as const;

function describe(verdict: Verdict): string {
  if (verdict.kind !== 'protocol') return verdict.text;
  const { about, findings, proof, lastHash } = verdict;
  return [
    `Protokoll der Absage ${about.house} ${about.eventNumber}: ${about.headline}`,
    ...(about.rehearsal ? [about.rehearsal] : []),
    ...findings.map(({ holds, text }) => `  ${MARKS[`${holds}`]} ${text}`),
    SENTENCES[proof],
    `Zum Vergleich mit dem Logbuch, die Prüfsumme der letzten Zeile: ${lastHash}`,
  ].join('\n');
}
