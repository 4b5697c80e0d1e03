import type { SeriesView } from '../../src/cases/series-view';
import type { JournalEntry } from '../../src/domain/journal';
import type { SeriesLine } from '../../src/domain/series-lines';
import type { WireEvent } from '../../src/jet/contract';
import { hashEntry, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import { loadHouses } from '../../src/settings/houses';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { CaughtMail } from '../../src/up/mail-store';
import { judgeSeries, type Evidence } from './series/judge';
import { HOUSES, makeSeason, SERIES_TITLE, withRole, type Performance } from './series/season';

/* Tests of the judge of a whole series: it must see each thing that must not happen. */

const INTERVAL_MS = 3_000;
const BEGAN_AT_MS = Date.parse('2026-11-24T10:00:00Z');
const season = makeSeason(9);
const { performances } = season;
const at = (afterMs: number) => new Date(BEGAN_AT_MS + afterMs).toISOString();
const caseIdOf = ({ eventNumber }: Performance) => `case-${eventNumber}`;
const MARKER = ' – ENTFÄLLT';

function chained<L>(lines: readonly object[]): L[] {
  const done: { hash: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const linked = { ...line, seq: index + 1, previousHash: done.at(-1)?.hash ?? NO_PREVIOUS_HASH };
    done.push({ ...linked, hash: hashEntry(linked) });
  }
  return done as unknown as L[];
}

function logOf({ role, eventNumber, title }: Performance): LogEntry[] {
  if (role === 'refused' || role === 'guided') return [];
  const write = (operation: LogEntry['operation'], afterMs: number, after: object): LogEntry => ({
    ...{ at: at(afterMs), actor: 'gateway', operation, eventNumber, before: {}, outcome: 'ok' },
    after: { ...after },
  });
  const save = write('save-announcement', 0, { title: title + MARKER });
  return [
    ...(role === 'unmarked' ? [save] : []),
    save,
    write('set-storno', INTERVAL_MS, { status: 'Storno' }),
    write('grant-right', 3 * INTERVAL_MS, {}),
  ];
}

function linesOf({ role }: Performance): JournalEntry[] {
  if (role === 'refused') return chained([{ kind: 'refusal', operation: 'check', at: at(0) }]);
  const outcome = (operation: string, afterMs: number) => ({ kind: 'outcome', operation, at: at(afterMs) });
  const saves = [outcome('save-announcement', 0), outcome('save-announcement', 0)];
  return chained([
    ...saves.slice(role === 'unmarked' ? 0 : 1),
    outcome('set-storno', INTERVAL_MS),
    outcome('grant-right', 3 * INTERVAL_MS),
    { kind: 'end', operation: 'report', outcome: 'completed', at: at(4 * INTERVAL_MS) },
  ]);
}

const eventOf = ({ role, title }: Performance) => {
  const texts = (ending: string) => ({ title: title + ending, customerTitle: title + ending });
  const event =
    role === 'refused' ? { status: 'Abschluss', ...texts('') } : { status: 'Storno', ...texts(MARKER) };
  return event as WireEvent;
};

const mail = (about: Partial<CaughtMail>) =>
  ({ to: [], text: '', messageId: null, ...about }) as unknown as CaughtMail;

const told = (house: string) =>
  performances.filter((each) => each.house === house && each.role !== 'refused');

function noticeTo(house: string): CaughtMail {
  const text = told(house)
    .map(({ eventNumber }, index) => `${index + 1}.\n   VA-Nummer: ${eventNumber}`)
    .join('\n');
  return mail({ messageId: `<series.1.${house}.1@example>`, subject: `[PROBE] Absage: ${house}`, text });
}

function houseMails(house: string): CaughtMail[] {
  const { length } = performances.filter((each) => each.house === house);
  const what = length === 1 ? '1 Vorstellung' : `${length} Vorstellungen`;
  const to = [loadHouses(null).get(house)?.alerts.to ?? ''];
  return ['begonnen', 'abgeschlossen'].map((word) =>
    mail({ to, subject: `[PROBE] Absage ${word}: ${what}, ${SERIES_TITLE}` }),
  );
}

function seriesLines(endsAt: string): SeriesLine[] {
  const items = performances.map((each) => ({ ...each, caseId: caseIdOf(each) }));
  return chained([
    { operation: 'order-series', after: { items }, at: at(0) },
    ...HOUSES.flatMap((house) => {
      const after = { house, number: 1, messageId: `<series.1.${house}.1@example>` };
      return [
        { operation: 'send-series-notice', after, outcome: null },
        { operation: 'note-series-notice', after, outcome: 'accepted' },
      ];
    }),
    { operation: 'end-series', after: {}, outcome: 'completed', at: endsAt },
  ]);
}

const view = (open: number): SeriesView => {
  const items = performances.map(({ role }, index) => ({
    state: role === 'refused' ? 'refused' : index < open ? 'running' : 'completed',
  }));
  const count = (state: string) => items.filter((item) => item.state === state).length;
  const none = { waiting: 0, needsAttention: 0, skipped: 0, aborted: 0, closedByHand: 0, interrupted: 0 };
  const counts = { ...none, running: count('running'), completed: count('completed'), refused: 1 };
  return { state: open > 0 ? 'running' : 'completed', items, counts } as unknown as SeriesView;
};

const WELL: Evidence = {
  performances,
  syncIntervalMs: INTERVAL_MS,
  logs: new Map(performances.map((each) => [each.eventNumber, logOf(each)])),
  events: new Map(performances.map((each) => [each.eventNumber, eventOf(each)])),
  serviceMails: performances
    .filter(({ role }) => role !== 'refused' && role !== 'guided')
    .map(({ eventNumber, title }) => ({ eventNumber, title: title + MARKER, at: at(0), externalMemo: null })),
  mails: HOUSES.flatMap((house) => [noticeTo(house), ...houseMails(house)]),
  seriesLines: seriesLines(at(5 * INTERVAL_MS)),
  lines: new Map(performances.map((each) => [caseIdOf(each), linesOf(each)])),
  views: [view(9), view(1), view(0)],
};

const plain = withRole(season, 'plain');
const refused = withRole(season, 'refused');
const guided = withRole(season, 'guided');
const edited = withRole(season, 'edited');

const withLog = ({ eventNumber }: Performance, log: LogEntry[]) => ({
  logs: new Map([...WELL.logs, [eventNumber, log]]),
});
const withLines = (performance: Performance, lines: JournalEntry[]) => ({
  lines: new Map([...WELL.lines, [caseIdOf(performance), lines]]),
});
const entry = (log: LogEntry[], index: number, changes: Partial<LogEntry>): LogEntry[] =>
  log.map((each, nth) => (nth === index ? { ...each, ...changes } : each));

it('finds nothing where each thing was done once', () => {
  expect(judgeSeries(WELL)).toEqual([]);
});

it.each<[string, Partial<Evidence>, string]>([
  ['a performance that was left out', withLog(plain, []), 'what was done in Jet is ""'],
  [
    'a second Storno',
    withLog(plain, [...logOf(plain), ...logOf(plain).slice(1, 2)]),
    'what was done in Jet is "mark storno right storno"',
  ],
  [
    'a Storno before the wait was over',
    withLog(plain, entry(logOf(plain), 0, { at: at(1) })),
    '1 attempts at Storno before the wait was over',
  ],
  [
    'a Storno too early after the edit of a colleague',
    withLog(edited, [
      ...logOf(edited).slice(0, 1),
      { ...logOf(edited)[0]!, actor: 'human', operation: 'edit', at: at(1_000) },
      ...logOf(edited).slice(1),
    ]),
    '1 attempts at Storno before the wait was over',
  ],
  [
    'a write to what was refused',
    withLog(refused, logOf(plain).slice(0, 1)),
    'what was done in Jet is "mark"',
  ],
  [
    'a marker that was added twice',
    { events: new Map([...WELL.events, [plain.eventNumber, { ...eventOf(plain), title: MARKER + MARKER }]]) },
    'Jet shows Storno, markers 2 1',
  ],
  [
    'a Servicemail from before the marker',
    { serviceMails: WELL.serviceMails.map((each) => ({ ...each, title: 'Der Talisman' })) },
    'a Servicemail without the marker',
  ],
  ['a Servicemail that was not sent', { serviceMails: [] }, '0 Servicemails'],
  [
    'a task for the clerk that came too early',
    withLines(
      guided,
      chained(linesOf(guided).map((line, nth) => (nth === 1 ? { ...line, at: at(1) } : line))),
    ),
    'Storno was asked for after 1 ms',
  ],
  [
    'a line that was changed',
    withLines(
      plain,
      linesOf(plain).map((line) => ({ ...line, actor: 'other' })),
    ),
    'the chain is broken',
  ],
  [
    'an effect that was noted twice',
    withLines(plain, chained([...linesOf(plain), ...linesOf(plain)])),
    'its lines say',
  ],
  ['a refused case that goes on', withLines(refused, linesOf(plain)), 'a refused case with'],
  [
    'a performance of which nobody was told',
    { mails: WELL.mails.filter(({ subject }) => !subject.includes('LTN')) },
    'stands in 0 mails to Ö-Ticket',
  ],
  [
    'a performance in two mails',
    { mails: [...WELL.mails, mail({ ...noticeTo('LTN'), messageId: '<other@example>' })] },
    'stands in 2 mails to Ö-Ticket',
  ],
  [
    'a mail that nobody has written down',
    { seriesLines: chained(WELL.seriesLines.filter(({ operation }) => operation !== 'send-series-notice')) },
    'was sent and not written down',
  ],
  [
    'a refused performance in a mail',
    {
      mails: [
        ...WELL.mails,
        mail({ subject: '[PROBE] Absage: x', text: `VA-Nummer: ${refused.eventNumber}` }),
      ],
    },
    `${refused.eventNumber} stands in 1 mails to Ö-Ticket`,
  ],
  [
    'a second mail that it has begun',
    { mails: [...WELL.mails, ...houseMails('FSP').slice(0, 1)] },
    'FSP got 2 mails "begonnen"',
  ],
  [
    'no mail that it has ended',
    { mails: WELL.mails.filter(({ subject }) => !subject.includes('abgeschlossen')) },
    'GUID got 0 mails "abgeschlossen"',
  ],
  [
    'a mail about the beginning of one performance',
    { mails: [...WELL.mails, mail({ subject: '[PROBE] Absage begonnen: Der Talisman (VA-Nr. 1)' })] },
    'a mail "[PROBE] Absage begonnen',
  ],
  [
    'an end of the series before that of a case',
    { seriesLines: seriesLines(at(INTERVAL_MS)) },
    'the series has ended before one of its cases',
  ],
  [
    'no end of the series',
    { seriesLines: chained(WELL.seriesLines.slice(0, -1)) },
    'the series has ended 0 times',
  ],
  [
    'an answer that is completed too soon',
    { views: [{ ...view(1), state: 'completed' }, view(0)] },
    'completed with 1 open performances',
  ],
  [
    'counts that are not those of the rows',
    { views: [{ ...view(1), counts: view(0).counts }, view(0)] },
    'counts {',
  ],
  ['a last answer that is not the end', { views: [view(1)] }, 'the last answer is running'],
])('sees %s', (_what, changes, fault) => {
  expect(judgeSeries({ ...WELL, ...changes }).join('\n')).toContain(fault);
});
