import type { RunRecord } from '../client';
import type { CaseState } from '../domain/vocabulary';
import { openRunState } from './lists';
import type { CaseSources } from './sources';
import { heldAs, type ShownAttention } from './view';

/** So many runs are asked what they ask for; beyond that only how many there are is known. */
const MOST_ASKED = 50;

export interface CaseCounts {
  byState: ReadonlyMap<Counted, number>;
  /** `unknown`: the run did not answer, or was not asked. */
  byAttention: ReadonlyMap<ShownAttention['code'] | 'unknown', number>;
}

/** What lists can tell apart: a case that is being aborted counts as one that runs. */
const COUNTED = [
  'checking',
  'awaiting-approval',
  'running',
  'waiting',
  'needs-attention',
  'interrupted',
] as const satisfies readonly CaseState[];
type Counted = (typeof COUNTED)[number];

/** How many cases there are that have not ended, and what those ask that need a person. It reveals nothing of a house. */
export async function countCases({
  client,
  journal,
}: Pick<CaseSources, 'client' | 'journal'>): Promise<CaseCounts> {
  const [runs, begun, requests] = await Promise.all([
    client.listOpen(),
    journal.openCases(),
    journal.openRequests(),
  ]);
  const asked = new Set(requests.map(({ caseId }) => caseId));
  const held = new Set(runs.map(eventOf));
  const states = [
    ...runs.map((run) => stateOf(run, asked)),
    ...begun.filter((line) => !held.has(eventOf(line))).map(() => 'interrupted' as const),
  ];
  const byState = new Map(COUNTED.map((state) => [state, states.filter((each) => each === state).length]));
  const asking = runs.filter((run) => stateOf(run, asked) === 'needs-attention');
  return { byState, byAttention: await countAttention(client, asking) };
}

function stateOf(run: RunRecord, asked: ReadonlySet<string>): Counted {
  const state = openRunState(run);
  return state === 'checking' && asked.has(run.caseId ?? '') ? 'awaiting-approval' : state;
}

function eventOf({ house, eventNumber }: Pick<RunRecord, 'house' | 'eventNumber'>): string {
  return `${house}/${eventNumber}`;
}

async function countAttention(
  client: CaseSources['client'],
  asking: readonly RunRecord[],
): Promise<CaseCounts['byAttention']> {
  const codes = await Promise.all(
    asking.map(async (run, index) => heldAs(run) ?? (index < MOST_ASKED ? askCode(client, run) : null)),
  );
  const counts = new Map<ShownAttention['code'] | 'unknown', number>();
  for (const code of codes) counts.set(code ?? 'unknown', (counts.get(code ?? 'unknown') ?? 0) + 1);
  return counts;
}

async function askCode(client: CaseSources['client'], { house, eventNumber, runId }: RunRecord) {
  const status = await client.query(house, eventNumber, runId).catch(() => null);
  return status?.attention?.code ?? null;
}
