import { countCases } from '../../src/cases/counts';
import type { RunRecord } from '../../src/client';

/* What the metrics tell of all cases, from Temporal's list and the journal's. */

let nth = 0;
const run = (changes: Partial<RunRecord> = {}) =>
  ({
    house: 'FSP',
    eventNumber: String(700_000 + (nth += 1)),
    caseId: `case-${nth}`,
    runId: `run-${nth}`,
    status: 'running',
    step: 'mark-titles',
    needsAttention: false,
    isStuck: false,
    isAbandoned: false,
    ...changes,
  }) as RunRecord;

type Lines = { house: string; eventNumber: string; caseId?: string }[];

/** `codes`: what each run asks for, by its event; a run that is not named does not answer. */
async function count(
  runs: RunRecord[],
  { begun = [], requests = [], codes = {} }: { begun?: Lines; requests?: Lines; codes?: object } = {},
) {
  const asked: string[] = [];
  const counts = await countCases({
    client: {
      listOpen: async () => runs,
      query: async (_house: string, eventNumber: string) => {
        asked.push(eventNumber);
        const code = (codes as Record<string, string | null>)[eventNumber];
        if (code === undefined) throw new Error('no worker');
        return { attention: code === null ? null : { code } };
      },
    },
    journal: { openCases: async () => begun, openRequests: async () => requests },
  } as never);
  return {
    state: Object.fromEntries(counts.byState),
    attention: Object.fromEntries(counts.byAttention),
    asked,
  };
}

const NONE = {
  checking: 0,
  'awaiting-approval': 0,
  running: 0,
  waiting: 0,
  'needs-attention': 0,
  interrupted: 0,
};

it('shows every state where there is no case, so that an alert has something to look at', async () => {
  expect(await count([])).toEqual({ state: NONE, attention: {}, asked: [] });
});

it('tells the states apart', async () => {
  const wanted = run({ step: 'check' });
  const runs = [
    run({ step: 'check' }),
    wanted,
    run(),
    run({ step: 'grant-right' }),
    run({ step: 'wait-for-title-transfer' }),
    run({ needsAttention: true }),
  ];
  const { state } = await count(runs, { requests: [wanted as never] });
  expect(state).toEqual({
    ...NONE,
    checking: 1,
    'awaiting-approval': 1,
    running: 2,
    waiting: 1,
    'needs-attention': 1,
  });
});

it('counts a case as interrupted that was begun and that no run is for', async () => {
  const held = run({ step: 'wait-for-storno-transfer' });
  const lost = { house: 'LTN', eventNumber: held.eventNumber };
  expect((await count([held], { begun: [held, lost] })).state).toEqual({
    ...NONE,
    waiting: 1,
    interrupted: 1,
  });
});

it('names what is asked for, how Temporal holds a run, and that one does not answer', async () => {
  const [doubtful, paused, stuck, silent, fine] = [
    run({ needsAttention: true }),
    run({ status: 'paused' }),
    run({ isStuck: true }),
    run({ needsAttention: true }),
    run(),
  ] as const;
  const { attention, asked } = await count([doubtful, paused, stuck, silent, fine], {
    codes: { [doubtful.eventNumber]: 'mail-in-doubt' },
  });
  expect(attention).toEqual({ 'mail-in-doubt': 1, 'run-paused': 1, 'run-stuck': 1, unknown: 1 });
  expect(asked).toEqual([doubtful.eventNumber, silent.eventNumber]);
});

it('asks no more than fifty runs, however many need somebody', async () => {
  const runs = Array.from({ length: 60 }, () => run({ needsAttention: true }));
  const codes = Object.fromEntries(runs.map(({ eventNumber }) => [eventNumber, 'jet-unavailable']));
  const { attention, asked } = await count(runs, { codes });
  expect([attention, asked.length]).toEqual([{ 'jet-unavailable': 50, unknown: 10 }, 50]);
});
