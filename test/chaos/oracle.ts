import type { CancellationInput } from '../../src/domain/case';
import type { WireEvent } from '../../src/jet/contract';
import { isChainWhole } from '../../src/journal/chain';
import type { JournalEntry } from '../../src/domain/journal';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { CaughtMail } from '../../src/up/mail-store';
import type { ChaosStack } from './stack';
import { SYNC_INTERVAL_MS, type End } from './stage';

const MARKER = ' – ENTFÄLLT';

/** What Jet's log, the mail server and the journal show about all cases of a run. */
export interface Findings {
  lost: number;
  secondWrites: number;
  secondMails: number;
  earlyStornos: number;
  /** Everything else that is wrong, one sentence each. */
  faults: string[];
}

/** The oracle's sources, which never include the workflow. */
type Witnesses = Pick<ChaosStack, 'log' | 'mails' | 'lines' | 'jet'>;

/** Compares the reported end of each case with what the witnesses saw of it. */
export async function judge(stack: Witnesses, ends: ReadonlyMap<CancellationInput, End>): Promise<Findings> {
  const findings: Findings = { lost: 0, secondWrites: 0, secondMails: 0, earlyStornos: 0, faults: [] };
  const mails = await stack.mails();
  findings.secondMails += countAgain(
    mails.flatMap(({ messageId, to }) => to.map((one) => `${messageId} ${one}`)),
  );

  for (const [input, end] of ends) {
    const { eventNumber } = input.order;
    const log = await stack.log(eventNumber);
    const lines = await stack.lines(input.caseId);
    const event = await stack.jet<WireEvent>(`/events/${eventNumber}`);
    const effects = effectsOf(log);
    const notices = mails.filter((mail) => isNotice(mail, eventNumber));

    if (end === 'lost') findings.lost += 1;
    findings.secondWrites += countAgain(effects);
    findings.secondMails += countAgain(notices.flatMap(({ to }) => to)) - countAgain(notices.flatMap(ids));
    findings.earlyStornos += countEarlyStornos(log, SYNC_INTERVAL_MS);
    findings.faults.push(
      ...[
        ...faultsOfEnd(end, effects, notices),
        ...faultsOfTexts(end, event, log),
        ...faultsOfJournal(lines),
      ].map((fault) => `${eventNumber} (${end}): ${fault}`),
      ...unpaired(effects, notices, lines).map((fault) => `${eventNumber} (${end}): ${fault}`),
    );
  }
  return findings;
}

export type Effect = 'mark' | 'restore' | 'storno' | 'right';

/** Everything done in Jet, acknowledged or not, oldest first. */
export function effectsOf(log: readonly LogEntry[]): Effect[] {
  const effects: Effect[] = [];
  for (const { actor, operation, after } of log) {
    if (actor !== 'gateway' || after === null) continue;
    if (operation === 'save-announcement') effects.push(isMarked(after.title) ? 'mark' : 'restore');
    else effects.push(operation === 'set-storno' ? 'storno' : 'right');
  }
  return effects;
}

function isMarked(title: unknown): boolean {
  return typeof title === 'string' && title.endsWith(MARKER);
}

function isNotice({ subject }: CaughtMail, eventNumber: string): boolean {
  return subject.startsWith('[PROBE] Absage: ') && subject.endsWith(`(VA-Nr. ${eventNumber})`);
}

function ids({ messageId, to }: CaughtMail): string[] {
  return to.map((one) => `${messageId} ${one}`);
}

/** While a part could not work: it was killed (both times are about the same) or frozen. In milliseconds. */
export interface Outage {
  fromMs: number;
  untilMs: number;
}

/** Whether a part that has to do with a mail was struck while the mail was being sent. Nothing else may leave it in doubt. */
export function wasStruckWhileSending(lines: readonly JournalEntry[], outages: readonly Outage[]): boolean {
  const atMs = (isIt: (line: JournalEntry) => boolean) => Date.parse(lines.find(isIt)?.at ?? '');
  const begunAtMs = atMs(({ kind, operation }) => kind === 'intent' && operation === 'send-partner-notice');
  const givenUpAtMs = atMs(
    ({ operation, outcome }) => operation === 'send-partner-notice' && outcome === 'in-doubt',
  );
  return outages.some(({ fromMs, untilMs }) => fromMs <= givenUpAtMs && untilMs >= begunAtMs);
}

/** The number of repetitions: all that come after the first of each. */
function countAgain(all: readonly string[]): number {
  return all.length - new Set(all).size;
}

/** Attempts count, too, whether or not Jet accepted them. Whoever saved last, the wait counts from there. */
export function countEarlyStornos(log: readonly LogEntry[], syncIntervalMs: number): number {
  let savedAtMs = Infinity;
  let early = 0;
  for (const { at, operation, after } of log) {
    if (SAVES.includes(operation) && after !== null) savedAtMs = Date.parse(at);
    if (operation === 'set-storno' && !(Date.parse(at) - savedAtMs >= syncIntervalMs)) early += 1;
  }
  return early;
}

const SAVES: readonly LogEntry['operation'][] = ['save-announcement', 'edit'];

function faultsOfEnd(end: End, effects: readonly Effect[], notices: readonly CaughtMail[]): string[] {
  const done = effects.join(' ');
  if (end === 'aborted') {
    const faults = ['', 'restore', 'mark restore'].includes(done) ? [] : [`aborted after ${done}`];
    return notices.length > 0 ? [...faults, 'Ö-Ticket was written to'] : faults;
  }
  if (end !== 'completed' && end !== 'asks: mail-in-doubt') return [];
  const faults = done === 'mark storno right' ? [] : [`what was done is ${done}`];
  return end === 'completed' && notices.length !== 1
    ? [...faults, `${notices.length} mails to Ö-Ticket`]
    : faults;
}

/** After the end both texts carry marker and reason once; after an abort neither of them is left. */
function faultsOfTexts(end: End, event: WireEvent, log: readonly LogEntry[]): string[] {
  const { title, customerTitle, status } = event;
  const times = `${title.split(MARKER).length - 1} ${(customerTitle ?? '').split(MARKER).length - 1}`;
  const shown = `${status}, markers in the titles: ${times}`;
  if (end === 'aborted') {
    const first = log.find(({ operation, before }) => operation === 'save-announcement' && before?.title);
    const isSame = Object.entries(first?.before ?? {}).every(
      ([field, text]) => event[field as keyof WireEvent] === text,
    );
    return isSame && shown === 'Verkaufsfreigabe, markers in the titles: 0 0'
      ? []
      : [`not restored: ${shown}`];
  }
  if (end !== 'completed' && end !== 'asks: mail-in-doubt') return [];
  return shown === 'Storno, markers in the titles: 1 1' ? [] : [shown];
}

export function faultsOfJournal(lines: readonly JournalEntry[]): string[] {
  if (lines.length === 0) return ['no line in the journal'];
  return isChainWhole(lines) ? [] : ['the chain is broken'];
}

/** Each effect has exactly one outcome line, preceded by its intent. */
function unpaired(
  effects: readonly Effect[],
  notices: readonly CaughtMail[],
  lines: readonly JournalEntry[],
): string[] {
  const operations: Record<Effect, string> = {
    mark: 'save-announcement',
    restore: 'restore-announcement',
    storno: 'set-storno',
    right: 'grant-right',
  };
  const outcomes = (operation: string) =>
    lines.filter((line) => line.kind === 'outcome' && line.operation === operation);
  const faults = Object.entries(operations).flatMap(([effect, operation]) => {
    const [done, noted] = [effects.filter((one) => one === effect).length, outcomes(operation).length];
    return done === noted ? [] : [`${operation} was done ${done} times and noted ${noted} times`];
  });
  const accepted = outcomes('send-partner-notice').filter(({ outcome }) => outcome === 'accepted').length;
  const inDoubt = outcomes('send-partner-notice').filter(({ outcome }) => outcome === 'in-doubt').length;
  if (notices.length < accepted || notices.length > accepted + inDoubt)
    faults.push(`${notices.length} mails, noted as accepted ${accepted} times, as in doubt ${inDoubt} times`);
  const intended = new Set(lines.filter(({ kind }) => kind === 'intent').map(({ effectKey }) => effectKey));
  for (const { kind, effectKey } of lines)
    if (
      kind === 'outcome' &&
      effectKey.endsWith('/outcome') &&
      !intended.has(effectKey.replace(/\/outcome$/, ''))
    )
      faults.push(`${effectKey} without an intent`);
  return faults;
}
