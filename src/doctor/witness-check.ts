import { readFileSync } from 'node:fs';
import { exactTime } from '../domain/clock';
import { keyLinesOf } from '../domain/installation';
import type { JournalEntry } from '../domain/journal';
import { enteredCases } from '../journal/case-chain';
import { readKeyChain, wasInUse } from '../journal/key-chain';
import type { JournalStore } from '../journal/port';
import { isClaimOf, isUnreadableLine } from '../journal/inspection';
import { inspectJournal, openJournal } from '../journal/open';
import { readText } from '../protocol/text-file';
import type { Config } from '../settings/environment';
import { judge } from './journal';
import { ownKeys } from './own-keys';
import { parseWitness, type SeenCase, type Witness } from './witness';

type JournalSettings = Pick<Config, 'databaseUrl' | 'signingKeyFile' | 'dataDir'>;

/** A file that is no witness. The message is a German sentence. */
class NoWitness extends Error {
  override readonly name = 'NoWitness';
}

/** Throws `NoWitness` where the file is none. Changes nothing. */
export async function checkWitnessFile(
  config: JournalSettings,
  path: string,
): Promise<{ text: string; exitCode: 0 | 1 }> {
  const witness = parseWitness(readFile(path));
  if (!witness)
    throw new NoWitness(
      `${path}: das ist kein Zeugnis über ein Logbuch, oder es sind mehrere in einer Datei.`,
    );
  const { databaseUrl } = config;
  if (!witness.isGenuine) return no('Dieses Zeugnis wurde verändert: seine Unterschrift stimmt nicht.');
  const inspection = await inspectJournal(databaseUrl, { budgetMs: Infinity, ownKeys: ownKeys(config) });
  const { state, text, details = [] } = judge(inspection);
  if (inspection.state !== 'readable') return no(text);
  const journal = await openJournal(databaseUrl);
  try {
    const { losses, isOlder, since } = await compareWithWitness(journal, witness);
    const proven = readKeyChain(keyLinesOf(await journal.installationLines())) ?? [];
    const known = [...proven, ...(ownKeys(config) ?? [])].map(({ fingerprint }) => fingerprint);
    const isForeign = !known.includes(witness.key.fingerprint);
    const isLate = !wasInUse(witness.key, witness.at, proven);
    const faults = [
      ...(isForeign
        ? ['Das Zeugnis ist mit einem Schlüssel unterschrieben, den dieses Logbuch nicht kennt.']
        : []),
      ...(isLate
        ? [
            'Das Zeugnis ist mit einem Schlüssel unterschrieben, der zu seiner Zeit nicht der des Logbuchs war.',
          ]
        : []),
      ...losses.map((loss) => loss.text),
      ...(state === 'failed' ? details : []),
    ];
    const at = exactTime(witness.at);
    if (faults.length === 0)
      return {
        exitCode: 0,
        text: `Das Logbuch enthält noch genau, was das Zeugnis vom ${at} gesehen hat. Seither kamen dazu: Fälle ${since.cases}, Zeilen ${since.lines}.`,
      };
    return no(
      // An older state is whole in itself: where the doctor finds a gap, something was taken out.
      isOlder && state !== 'failed' && !isForeign && !isLate
        ? `Hier steht ein älterer Stand des Logbuchs, oder jemand hat das Ende entfernt: was das Zeugnis vom ${at} noch gesehen hat, fehlt.`
        : `ACHTUNG: Das Logbuch enthält nicht mehr, was das Zeugnis vom ${at} gesehen hat.`,
      faults,
    );
  } finally {
    await journal.close();
  }
}

function readFile(path: string): string {
  try {
    return readText(readFileSync(path));
  } catch {
    throw new NoWitness(`${path}: diese Datei kann nicht gelesen werden.`);
  }
}

/** Of this installation: those that the journal proves, and those in the file of keys. */
const no = (text: string, details: readonly string[] = []) =>
  ({ exitCode: 1, text: [text, ...details.map((detail) => `  ${detail}`)].join('\n') }) as const;

/** What a journal no longer contains, each as a German sentence. */
interface Comparison {
  /** `missing`: something is not there any more. `other`: something else stands in its place. */
  losses: { kind: 'missing' | 'other'; text: string }[];
  /** Nothing here is newer than the witness, and all that differs is what is missing, as in an older state. */
  isOlder: boolean;
  /** What came after the witness. */
  since: { cases: number; lines: number };
}

/** Compares a journal with what a witness has seen of it, line by line. */
async function compareWithWitness(journal: JournalStore, witness: Witness): Promise<Comparison> {
  const rows = await journal.caseRows();
  const entered = enteredCases(rows, await journal.earlierCases());
  const losses: Comparison['losses'] = [];
  let seenLines = 0;
  for (const seen of witness.cases) {
    const loss = lossOf(seen, entered.get(seen.caseId)?.number, await linesOf(journal, seen.caseId));
    if (loss) losses.push(loss);
    seenLines += seen.seq;
  }
  const { row, installation } = witness;
  const lines = await journal.installationLines();
  losses.push(
    ...endOf(
      'Die Kette der Fälle',
      'Nr.',
      row.number,
      row.hash,
      rows.find(({ number }) => number === row.number),
    ),
    ...endOf(
      'Die Kette der Installation',
      'Zeile',
      installation.seq,
      installation.hash,
      lines.find(({ seq }) => seq === installation.seq),
    ),
  );
  const heads = await journal.caseHeads();
  const lineCount = heads.reduce((sum, { last }) => sum + last.seq, 0);
  return {
    losses,
    isOlder:
      losses.length > 0 &&
      losses.every(({ kind }) => kind === 'missing') &&
      heads.every(({ at }) => at <= witness.at),
    since: { cases: heads.length - witness.cases.length, lines: lineCount - seenLines },
  };
}

/** What is wrong with a case whose lines need not be compared any more. */
type NoLines = 'unreadable' | 'other-claim';

async function linesOf(journal: JournalStore, caseId: string): Promise<JournalEntry[] | NoLines> {
  try {
    const entries = await journal.entries(caseId);
    return isClaimOf(await journal.readClaim(caseId), entries) ? entries : 'other-claim';
  } catch (error) {
    if (isUnreadableLine(error)) return 'unreadable';
    throw error;
  }
}

function lossOf(
  { number, caseId, seq, hash }: SeenCase,
  numberNow: number | undefined,
  entries: readonly JournalEntry[] | NoLines,
): Comparison['losses'][number] | null {
  const name = number === 0 ? `Fall ${caseId} (von vor der Kette)` : `Nr. ${number}, Fall ${caseId}`;
  if (entries === 'other-claim')
    return {
      kind: 'other',
      text: `Ob Storno oder Abbruch zuerst war, steht anders da als in den Zeilen: ${name}`,
    };
  if (entries === 'unreadable') return { kind: 'other', text: `Nicht mehr lesbar: ${name}` };
  const line = entries[seq - 1];
  if (entries.length === 0) return { kind: 'missing', text: `Fehlt: ${name}` };
  if (!line) return { kind: 'missing', text: `Gekürzt: ${name} hat ${entries.length} statt ${seq} Zeilen` };
  if (line.seq !== seq || !line.hash.startsWith(hash))
    return { kind: 'other', text: `Ausgetauscht: ${name}, Zeile ${seq} ist eine andere` };
  if (numberNow !== number)
    return {
      kind: 'other',
      text: `Anders nummeriert: ${name} ist jetzt ${numberNow === undefined ? 'ohne Nummer' : `Nr. ${numberNow}`}`,
    };
  return null;
}

function endOf(
  chain: string,
  unit: string,
  number: number,
  hash: string,
  now: { hash: string } | undefined,
): Comparison['losses'] {
  if (!now) return [{ kind: 'missing', text: `${chain} reicht nicht mehr bis ${unit} ${number}` }];
  return now.hash === hash ? [] : [{ kind: 'other', text: `${chain} ist bis ${unit} ${number} eine andere` }];
}
