import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Verdict } from '../protocol/verify';
import { writeJson, writeLine, writeProblem } from './terminal';

/** 0 whole · 1 broken · 2 not a protocol. The codes differ from those of the commands that ask the API. */
const EXIT = { whole: 0, broken: 1, notAProtocol: 2 } as const;

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
    return EXIT.notAProtocol;
  }
  // Loaded only here, because it brings the fonts and the PDF library along.
  const { verifyProtocol } = await import('../protocol/verify.js');
  const verdict = await verifyProtocol(bytes);
  if (isJson) writeJson(verdict);
  else writeLine(describe(verdict));
  if (verdict.kind === 'not-a-protocol') return EXIT.notAProtocol;
  return verdict.isWhole ? EXIT.whole : EXIT.broken;
}

const MARKS = { true: '✓', false: '✗', null: '?' } as const;

function describe(verdict: Verdict): string {
  if (verdict.kind === 'not-a-protocol') return verdict.text;
  const { about, findings, isWhole, lastHash } = verdict;
  return [
    `Protokoll der Absage ${about.house} ${about.eventNumber}: ${about.headline}`,
    ...(about.rehearsal ? [about.rehearsal] : []),
    ...findings.map(({ holds, text }) => `  ${MARKS[`${holds}`]} ${text}`),
    isWhole
      ? 'Das Protokoll ist unversehrt.'
      : 'ACHTUNG: Dieses Protokoll ist nicht unversehrt. Es beweist nichts.',
    `Zum Vergleich mit dem Logbuch, die Prüfsumme der letzten Zeile: ${lastHash}`,
  ].join('\n');
}
