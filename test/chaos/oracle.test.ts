import { makeCases } from '../../bench/cases';
import { hashEntry, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import type { JournalEntry } from '../../src/domain/journal';
import type { LogEntry } from '../../src/simulator/operation-log';
import { judge, wasStruckWhileSending, type Findings } from './oracle';
import { SYNC_INTERVAL_MS, type End } from './stage';

/*
 * Tests of the oracle that judges the chaos: it must see each thing that must not happen.
 */

const input = makeCases(1, SYNC_INTERVAL_MS).next();
const { eventNumber } = input.order;
const MARKED = 'Der Besuch der alten Dame – ENTFÄLLT';
const SAVED_AT_MS = Date.parse('2026-11-24T10:00:00Z');

type Write = 'save-announcement' | 'set-storno' | 'grant-right';

function write(operation: Write, afterMs: number, title = MARKED): LogEntry {
  const after = operation === 'save-announcement' ? { title } : { changed: true };
  const at = new Date(SAVED_AT_MS + afterMs).toISOString();
  return { at, actor: 'gateway', operation, eventNumber, before: {}, after, outcome: 'ok' };
}

/** Intent and outcome of each operation, chained. */
function journalOf(operations: readonly string[]): JournalEntry[] {
  const lines: JournalEntry[] = [];
  for (const operation of operations)
    for (const kind of ['intent', 'outcome'] as const) {
      const line = {
        caseId: input.caseId,
        house: input.order.house,
        eventNumber,
        seq: lines.length + 1,
        at: new Date(SAVED_AT_MS).toISOString(),
        actor: 'bench',
        actorId: 'token:bench',
        kind,
        step: 'set-storno' as const,
        operation,
        effectKey: kind === 'intent' ? operation : `${operation}/outcome`,
        before: null,
        after: null,
        outcome: kind === 'intent' ? null : operation === 'send-partner-notice' ? 'accepted' : 'ok',
        previousHash: lines.at(-1)?.hash ?? NO_PREVIOUS_HASH,
      };
      lines.push({ ...line, hash: hashEntry(line) } as unknown as JournalEntry);
    }
  return lines;
}

const mail = (messageId: string) => ({
  messageId,
  to: ['absagen@oeticket.example'],
  subject: `[PROBE] Absage: Der Besuch der alten Dame (VA-Nr. ${eventNumber})`,
});

const WELL = {
  log: [
    write('save-announcement', 0),
    write('set-storno', SYNC_INTERVAL_MS),
    write('grant-right', 2 * SYNC_INTERVAL_MS),
  ],
  lines: journalOf(['save-announcement', 'set-storno', 'grant-right', 'send-partner-notice']),
  mails: [mail('<one@house.example>')],
  event: { title: MARKED, customerTitle: MARKED, status: 'Storno' },
  end: 'completed' as End,
};

function judged({ log, lines, mails, event, end }: typeof WELL): Promise<Findings> {
  const witnesses = {
    log: () => Promise.resolve(log),
    lines: () => Promise.resolve(lines),
    mails: () => Promise.resolve(mails),
    jet: () => Promise.resolve(event),
  };
  return judge(witnesses as unknown as Parameters<typeof judge>[0], new Map([[input, end]]));
}

it('finds nothing where each thing was done once', async () => {
  const nothing = { lost: 0, secondWrites: 0, secondMails: 0, earlyStornos: 0, faults: [] };
  expect(await judged(WELL)).toEqual(nothing);
});

it.each<[string, Partial<typeof WELL>, object]>([
  ['a case that is lost', { end: 'lost' }, { lost: 1 }],
  ['a second Storno', { log: [...WELL.log, write('set-storno', 9_000)] }, { secondWrites: 1 }],
  [
    'a mark after the restore',
    {
      end: 'aborted',
      log: [
        write('save-announcement', 0),
        write('save-announcement', 1, 'Der Besuch der alten Dame'),
        write('save-announcement', 2),
      ],
    },
    { secondWrites: 1 },
  ],
  [
    'a Storno before its time',
    { log: [write('save-announcement', 1), ...WELL.log.slice(1)] },
    { earlyStornos: 1 },
  ],
  ['a mail sent twice', { mails: [...WELL.mails, ...WELL.mails] }, { secondMails: 1 }],
  [
    'a mail sent again under another id',
    { mails: [...WELL.mails, mail('<two@house.example>')] },
    { secondMails: 1 },
  ],
])('sees %s', async (_what, changes, seen) => {
  expect(await judged({ ...WELL, ...changes })).toMatchObject(seen);
});

it.each<[string, Partial<typeof WELL>, string]>([
  [
    'a marker that was added twice',
    { event: { ...WELL.event, title: `${MARKED} – ENTFÄLLT` } },
    'markers in the titles: 2 1',
  ],
  [
    'a line that was changed',
    { lines: WELL.lines.map((line) => ({ ...line, actor: 'other' })) },
    'the chain is broken',
  ],
  [
    'an effect without its line',
    { lines: journalOf(['save-announcement', 'set-storno', 'send-partner-notice']) },
    'grant-right was done 1 times and noted 0 times',
  ],
  ['an end without a mail', { mails: [] }, '0 mails to Ö-Ticket'],
  ['a Storno without a right', { log: WELL.log.slice(0, 2) }, 'what was done is mark storno'],
])('sees %s', async (_what, changes, fault) => {
  const { faults } = await judged({ ...WELL, ...changes });
  expect(faults.join('\n')).toContain(fault);
});

describe('a mail in doubt', () => {
  const line = (kind: string, outcome: string | null, atMs: number) =>
    ({ kind, operation: 'send-partner-notice', outcome, at: new Date(atMs).toISOString() }) as JournalEntry;
  const lines = [line('intent', null, 2_000), line('outcome', 'in-doubt', 5_000)];
  const struck = (fromMs: number, untilMs = fromMs) => wasStruckWhileSending(lines, [{ fromMs, untilMs }]);

  it('is explained by what was killed while the mail was being sent, or was frozen then', () => {
    expect([struck(3_000), struck(1_000, 2_500), struck(1_000, Infinity)]).toEqual([true, true, true]);
  });

  it('is a fault where nothing was, or at another time, or where no mail was begun', () => {
    expect([struck(1_000), struck(6_000), wasStruckWhileSending(lines, [])]).toEqual([false, false, false]);
    expect(wasStruckWhileSending([], [{ fromMs: 0, untilMs: Infinity }])).toBe(false);
  });
});
