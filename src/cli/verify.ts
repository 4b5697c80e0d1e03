import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { onOneLine } from '../domain/text';
import type { Proof, Verdict } from '../protocol/verify';
import { writeJson, writeLine, writeProblem } from './terminal';

/** The codes differ from those of the commands that ask the API. */
const EXIT = {
  whole: 0,
  changed: 1,
  unreadable: 1,
  'not-a-protocol': 2,
  'nothing-to-compare': 2,
  unproven: 3,
} as const;

const SENTENCES: Record<Proof, string> = {
  whole: 'Das Protokoll ist unversehrt.',
  changed: 'ACHTUNG: Dieses Protokoll ist nicht unversehrt. Es beweist nichts.',
  unproven: 'Die Zeilen des Logbuchs sind unversehrt. Was mit ? bezeichnet ist, ist nicht bewiesen.',
};

const SIGNER_NOT_COMPARED =
  'Wessen Schlüssel das ist, ist damit nicht bewiesen: dafür gibt es --key und --mail.';

/** `absage verify`. Alone among the commands, it needs neither the API nor any other part of Absage. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify <datei>')
    .description(
      'prüft ein Protokoll, als PDF oder JSON: Prüfsummen, Kette, Unterschriften und Inhalt; ohne Netz',
    )
    .option(
      '--key <schlüssel>',
      'der Schlüssel des Hauses: eine Datei (PEM oder Fingerabdruck) oder der Fingerabdruck selbst; von /.well-known/absage-signing-key',
    )
    .option('--mail <datei>', 'die E-Mail über das Ende der Absage, als .eml oder als Text')
    .option('--json', 'Befund als JSON')
    .action(async (path: string, options: Options) => {
      process.exitCode = await verifyFile(path, options);
    });
}

interface Options {
  key?: string;
  mail?: string;
  json?: boolean;
}

const FINGERPRINT = /^[0-9a-f]{64}$/i;

async function verifyFile(path: string, { key, mail, json: isJson = false }: Options): Promise<number> {
  const isFingerprint = key !== undefined && FINGERPRINT.test(key);
  const keyFile = isFingerprint ? Buffer.from(key) : await read(key);
  const [file, mailFile] = [await read(path), await read(mail)];
  const missing = [path, key, mail].find((_, index) => [file, keyFile, mailFile][index] === null);
  if (!file || missing !== undefined) {
    writeProblem(`Diese Datei ist nicht lesbar: ${missing ?? path}`);
    return EXIT['not-a-protocol'];
  }
  // Loaded only here, because it brings the fonts and the PDF library along.
  const { verifyProtocol } = await import('../protocol/verify.js');
  const verdict = await verifyProtocol(file, {
    key: keyFile ?? undefined,
    mail: mailFile ?? undefined,
  });
  if (isJson) writeJson(verdict);
  else writeLine(describe(verdict));
  return exitCode(verdict);
}

/** `undefined`: no file is asked for. `null`: it cannot be read. */
async function read(path: string | undefined): Promise<Buffer | null | undefined> {
  return path === undefined ? undefined : readFile(path).catch(() => null);
}

function exitCode(verdict: Verdict): number {
  return EXIT[verdict.kind === 'protocol' ? verdict.proof : verdict.kind];
}

const MARKS = { true: '✓', false: '✗', null: '?' } as const;

function describe(verdict: Verdict): string {
  if (verdict.kind !== 'protocol') return verdict.text;
  const { about, findings, proof, signedBy, isSignerCompared, lastHash } = verdict;
  return (
    [
      `${about.title}: ${about.headline}`,
      ...(about.rehearsal ? [about.rehearsal] : []),
      ...findings.map(({ holds, text }) => `  ${MARKS[`${holds}`]} ${text}`),
      SENTENCES[proof],
      ...(proof === 'changed' || signedBy === null || isSignerCompared ? [] : [SIGNER_NOT_COMPARED]),
      `Zum Vergleich mit dem Logbuch, die Prüfsumme der letzten Zeile: ${lastHash}`,
    ]
      // Words of the file may not look like lines of ours.
      .map(onOneLine)
      .join('\n')
  );
}
