import type { SeriesView } from '../../../src/cases/series-view';
import type { JournalEntry } from '../../../src/domain/journal';
import { linesWith, type SeriesLine } from '../../../src/domain/series-lines';
import type { WireEvent } from '../../../src/jet/contract';
import { isChainWhole } from '../../../src/journal/chain';
import { loadHouses } from '../../../src/settings/houses';
import type { ServiceMail } from '../../../src/simulator/channel-sync';
import type { LogEntry } from '../../../src/simulator/operation-log';
import type { CaughtMail } from '../../../src/up/mail-store';
import { countEarlyStornos, effectsOf, faultsOfJournal } from '../../chaos/oracle';
import { HOUSES, type Performance, type Role } from './season';

/*
 * What a whole series has done, judged by Jet's log, Ö-Ticket's own mails, the mail catcher and the journal. The series' own
 * word counts only where it is compared with those.
 */

/** All that was seen from outside. */
export interface Evidence {
  performances: readonly Performance[];
  syncIntervalMs: number;
  /** By event number. */
  logs: ReadonlyMap<string, LogEntry[]>;
  events: ReadonlyMap<string, WireEvent>;
  serviceMails: readonly ServiceMail[];
  mails: readonly CaughtMail[];
  seriesLines: readonly SeriesLine[];
  /** By case. */
  lines: ReadonlyMap<string, readonly JournalEntry[]>;
  /** What the API has answered while the series ran, oldest first. */
  views: readonly SeriesView[];
}

const MARKER = ' – ENTFÄLLT';
const WRITES: Readonly<Record<Role, string>> = {
  plain: 'mark storno right',
  silent: 'mark storno right',
  edited: 'mark storno right',
  'struck-in-save': 'mark storno right',
  'struck-in-storno': 'mark storno right',
  // A person had the marker put back.
  unmarked: 'mark mark storno right',
  refused: '',
  // Its writes are made by a clerk, in a Jet that nobody else sees.
  guided: '',
};

/** Everything that is wrong, one sentence each. */
export function judgeSeries(evidence: Evidence): string[] {
  const [ordered] = linesWith(evidence.seriesLines, 'order-series');
  if (!ordered) return ['no order in the chain of the series'];
  const cases = ordered.after.items;
  if (cases.length !== evidence.performances.length) return [`${cases.length} performances were ordered`];
  return [
    ...evidence.performances.flatMap((performance) => {
      const caseId = cases.find(({ eventNumber }) => eventNumber === performance.eventNumber)?.caseId ?? '';
      const lines = evidence.lines.get(caseId) ?? [];
      return [
        ...faultsInJet(evidence, performance),
        ...(performance.role === 'guided' ? faultsOfGuided(evidence, lines) : []),
        ...faultsOfJournal(lines),
        ...faultsOfLines(performance, lines),
      ].map((fault) => `${performance.house} ${performance.eventNumber} (${performance.role}): ${fault}`);
    }),
    ...faultsOfNotices(evidence),
    ...faultsOfHouseMails(evidence),
    ...faultsOfEnd(evidence),
    ...evidence.views.flatMap(faultsOfView),
    ...faultsOfLastView(evidence),
  ];
}

function faultsInJet(
  { logs, events, serviceMails, syncIntervalMs }: Evidence,
  { eventNumber, role, title }: Performance,
): string[] {
  const log = logs.get(eventNumber) ?? [];
  const faults: string[] = [];
  const done = effectsOf(log).join(' ');
  if (done !== WRITES[role]) faults.push(`what was done in Jet is "${done}"`);
  const early = countEarlyStornos(log, syncIntervalMs);
  if (early > 0) faults.push(`${early} attempts at Storno before the wait was over`);
  if (role === 'guided') return faults;

  const event = events.get(eventNumber);
  const markers = [event?.title, event?.customerTitle].map((text) => (text ?? '').split(MARKER).length - 1);
  const shown = `${event?.status}, markers ${markers.join(' ')}`;
  const wanted = role === 'refused' ? 'Abschluss, markers 0 0' : 'Storno, markers 1 1';
  if (shown !== wanted) faults.push(`Jet shows ${shown}`);
  if (role === 'refused' && event?.title !== title) faults.push(`the title is ${event?.title}`);

  // Ö-Ticket's mail to the buyers says why only where the marked title was there before the Storno.
  const told = serviceMails.filter((mail) => mail.eventNumber === eventNumber);
  const isAsWanted = role === 'refused' ? told.length === 0 : told.length === 1;
  if (!isAsWanted) faults.push(`${told.length} Servicemails`);
  if (told.some((mail) => !mail.title.includes(MARKER))) faults.push('a Servicemail without the marker');
  return faults;
}

/** A clerk's Storno counts from when the save was confirmed, and its task must not have been there before. */
function faultsOfGuided({ syncIntervalMs }: Evidence, lines: readonly JournalEntry[]): string[] {
  const atOf = (isIt: (line: JournalEntry) => boolean) => lines.filter(isIt).map(({ at }) => Date.parse(at));
  const saved = atOf(({ operation, kind }) => operation === 'save-announcement' && kind === 'outcome');
  const storno = atOf(({ operation }) => operation === 'set-storno');
  if (saved.length !== 1) return [`${saved.length} saves were confirmed`];
  if (storno.length === 0) return ['no Storno was confirmed'];
  const waitedMs = Math.min(...storno) - Math.min(...saved);
  return waitedMs >= syncIntervalMs ? [] : [`Storno was asked for after ${waitedMs} ms`];
}

/** Each effect was written down once, and the case has the end that its performance shows. */
function faultsOfLines({ role }: Performance, lines: readonly JournalEntry[]): string[] {
  const [first] = lines;
  if (role === 'refused') {
    if (lines.length === 1 && first?.kind === 'refusal') return [];
    return [`a refused case with ${lines.map(({ operation }) => operation).join(' ')}`];
  }
  const count = (operation: JournalEntry['operation']) =>
    lines.filter((line) => line.operation === operation && line.kind === 'outcome').length;
  const ends = lines.filter(({ kind }) => kind === 'end').map(({ outcome }) => outcome);
  const found = {
    saves: count('save-announcement'),
    stornos: count('set-storno'),
    rights: count('grant-right'),
    ends: ends.join(' '),
  };
  const wanted = { saves: role === 'unmarked' ? 2 : 1, stornos: 1, rights: 1, ends: 'completed' };
  return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`its lines say ${JSON.stringify(found)}`];
}

const NUMBER = /VA-Nummer: (\d+)/g;

/** Each performance stands in exactly one mail to Ö-Ticket, and each mail in the journal. */
function faultsOfNotices({ performances, mails, seriesLines, lines }: Evidence): string[] {
  const notices = mails.filter(({ subject }) => subject.startsWith('[PROBE] Absage: '));
  const told = notices.flatMap(({ text }) => [...text.matchAll(NUMBER)].map(([, number]) => number ?? ''));
  const faults = performances.flatMap(({ eventNumber, role }) => {
    const times = told.filter((number) => number === eventNumber).length;
    return times === (role === 'refused' ? 0 : 1)
      ? []
      : [`${eventNumber} stands in ${times} mails to Ö-Ticket`];
  });
  const known = new Set(performances.map(({ eventNumber }) => eventNumber));
  for (const number of told) if (!known.has(number)) faults.push(`${number} stands in a mail to Ö-Ticket`);

  const written = [
    ...linesWith(seriesLines, 'send-series-notice').map(({ after }) => after.messageId),
    ...[...lines.values()]
      .flat()
      .flatMap((line) =>
        line.operation === 'send-partner-notice' && line.kind === 'intent' ? [line.after.messageId] : [],
      ),
  ];
  for (const { messageId } of notices) {
    if (!written.includes(messageId ?? '')) faults.push(`${messageId} was sent and not written down`);
    if (notices.filter((mail) => mail.messageId === messageId).length > 1)
      faults.push(`${messageId} came twice`);
  }
  for (const { outcome, after } of linesWith(seriesLines, 'note-series-notice'))
    if (outcome === 'accepted' && !notices.some(({ messageId }) => messageId === after.messageId))
      faults.push(`${after.messageId} is noted as accepted and was not`);
  return faults;
}

/** Each house: one mail that it has begun, one that it has ended, and none of these about a single performance. */
function faultsOfHouseMails({ mails, performances }: Evidence): string[] {
  const houses = loadHouses(null);
  const faults = HOUSES.flatMap((key) => {
    const own = mails.filter(({ to }) => to.includes(houses.get(key)?.alerts.to ?? ''));
    const count = performances.filter(({ house }) => house === key).length;
    const what = count === 1 ? '1 Vorstellung' : `${count} Vorstellungen`;
    return ['begonnen', 'abgeschlossen'].flatMap((word) => {
      const times = own.filter(({ subject }) =>
        subject.startsWith(`[PROBE] Absage ${word}: ${what}, `),
      ).length;
      return times === 1 ? [] : [`${key} got ${times} mails "${word}" about its ${what}`];
    });
  });
  const single = /^\[PROBE\] Absage (begonnen|abgeschlossen): .*\(VA-Nr\. \d+\)$/;
  return [
    ...faults,
    ...mails.filter(({ subject }) => single.test(subject)).map(({ subject }) => `a mail "${subject}"`),
  ];
}

/** The series has ended once, after all of its cases. */
function faultsOfEnd({ seriesLines, lines }: Evidence): string[] {
  const faults = isChainWhole(seriesLines) ? [] : ['the chain of the series is broken'];
  const ends = linesWith(seriesLines, 'end-series');
  const [end] = ends;
  if (!end || ends.length > 1) return [...faults, `the series has ended ${ends.length} times`];
  if (end.outcome !== 'completed') faults.push(`the series is ${end.outcome}`);
  const last = [...lines.values()].flat().filter(({ kind }) => kind === 'end' || kind === 'refusal');
  if (last.some(({ at }) => Date.parse(at) > Date.parse(end.at)))
    faults.push('the series has ended before one of its cases');
  return faults;
}

const OPEN: readonly string[] = ['waiting', 'running', 'needs-attention', 'interrupted'];

/** An answer must fit itself: nothing is completed while something is open, and the counts are those of the rows. */
function faultsOfView({ state, items, counts }: SeriesView): string[] {
  const open = items.filter((item) => OPEN.includes(item.state));
  const faults =
    state === 'completed' && open.length > 0 ? [`completed with ${open.length} open performances`] : [];
  const tally = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const isSame =
    counts.completed === items.filter((item) => item.state === 'completed').length &&
    counts.needsAttention === items.filter((item) => item.state === 'needs-attention').length;
  if (tally !== items.length || !isSame)
    faults.push(`counts ${JSON.stringify(counts)} of ${items.length} rows`);
  return faults;
}

function faultsOfLastView({ views, performances }: Evidence): string[] {
  const last = views.at(-1);
  if (last?.state !== 'completed') return [`the last answer is ${last?.state}`];
  const refused = performances.filter(({ role }) => role === 'refused').length;
  const { completed, refused: shown } = last.counts;
  return completed === performances.length - refused && shown === refused
    ? []
    : [`in the end the counts are ${JSON.stringify(last.counts)}`];
}
