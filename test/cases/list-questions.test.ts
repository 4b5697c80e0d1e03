import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KyselyPlugin } from 'kysely';
import { listApprovals } from '../../src/cases/approvals';
import type { Caller } from '../../src/cases/caller';
import { listOpenTasks } from '../../src/cases/house-tasks';
import { listCancellations, statesByEvent } from '../../src/cases/lists';
import { logInByName } from '../../src/cases/log-in';
import type { CaseSources } from '../../src/cases/sources';
import type { CancellationClient, OpenRunFilter, RunRecord } from '../../src/client';
import type { Opening } from '../../src/domain/case';
import type { NewEntry } from '../../src/domain/journal';
import type { House } from '../../src/domain/types';
import { openDatabase } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { createSqlJournal } from '../../src/journal/sql/sql-journal';
import { cancellationWorkflowId } from '../../src/workflows/messages';
import { aHouse } from '../support/examples';
import { anOpening } from '../support/openings';
import { SIGNER } from '../support/signing';

/*
 * A list used to ask the journal about each open run by itself: with a thousand of them a page took three seconds. So these count
 * the statements of the database and the calls of Temporal, with few cases and with many.
 */

const FEW = 3;
/** All open ones fit on one page. */
const MANY = 30;

const caller: Caller = logInByName.identify({ token: null, name: 'Maria Huber' })!;
const houses = new Map<string, House>([
  ['FSP', aHouse({ approval: { ...aHouse().approval, needed: 'always' } })],
]);

/** Some waiting, some that wait for a second person, some that are stuck, and as many again that have ended. */
class Installation {
  private statements = 0;
  private calls = 0;
  private readonly runs: RunRecord[] = [];

  private constructor(
    private readonly folder: string,
    readonly journal: JournalStore,
  ) {}

  static async with(count: number): Promise<Installation> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-questions-'));
    const connection = await openDatabase(pathToFileURL(join(folder, 'journal.sqlite')).href);
    const installation: Installation = new Installation(
      folder,
      createSqlJournal(
        { ...connection, db: connection.db.withPlugin(counting(() => installation.statements++)) },
        SIGNER,
      ),
    );
    const kinds = ['waiting', 'asking', 'held', 'ended'] as const;
    for (const [nth, kind] of kinds.entries())
      for (let index = 0; index < count; index += 1) await installation.add(kind, nth * 1_000 + index);
    return installation;
  }

  /** How often the database and Temporal are asked by a use case. */
  async questionsOf(
    ask: (sources: CaseSources) => Promise<unknown>,
  ): Promise<[statements: number, calls: number]> {
    [this.statements, this.calls] = [0, 0];
    await ask({
      client: this.client(),
      journal: this.journal,
      houses,
      isRehearsal: true,
      temporalUiUrl: '',
      namespace: 'default',
    } as unknown as CaseSources);
    return [this.statements, this.calls];
  }

  async close(): Promise<void> {
    await this.journal.close();
    rmSync(this.folder, { recursive: true });
  }

  private async add(kind: 'waiting' | 'asking' | 'held' | 'ended', index: number): Promise<void> {
    const [caseId, eventNumber] = [`case-${index}`, String(100_000 + index)];
    const ref = { caseId, house: 'FSP', eventNumber };
    await this.journal.openCase(ref, openingLine(ref, kind === 'asking'));
    await this.journal.nameRun({ caseId, firstRunId: `run-${index}`, seal: `seal-${index}` });
    if (kind === 'asking') await this.journal.append(ref, REQUEST);
    if (kind === 'ended') await this.journal.append(ref, END);
    else this.runs.push(runOf(ref, `run-${index}`, kind));
  }

  private client(): CancellationClient {
    const asked =
      <A extends unknown[], T>(answer: (...args: A) => T) =>
      (...args: A) => {
        this.calls += 1;
        return Promise.resolve(answer(...args));
      };
    const isWanted = (run: RunRecord, { events, isInCheck, needsSomebody }: OpenRunFilter = {}) =>
      (events?.some(({ eventNumber }) => eventNumber === run.eventNumber) ?? true) &&
      (!isInCheck || run.step === 'check') &&
      (!needsSomebody || run.needsAttention);
    return {
      listOpen: asked((only?: OpenRunFilter) => this.runs.filter((run) => isWanted(run, only))),
      // As `RecentRuns` does, each event by itself: so for open ones, whose run the lists show, nobody may ask.
      findAll: (events: readonly unknown[]) => {
        this.calls += events.length;
        return Promise.resolve(events.map(() => null));
      },
    } as unknown as CancellationClient;
  }
}

/** By their answers, because a statement within another one is transformed by itself. */
function counting(count: () => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => (count(), Promise.resolve(result)),
  };
}

function openingLine({ caseId, eventNumber }: { caseId: string; eventNumber: string }, isAsking: boolean) {
  const opening = anOpening({ eventNumber });
  const { input } = opening;
  const policy = isAsking ? { ...input.policy, approval: { validMs: 3_600_000 } } : input.policy;
  const tasks = [{ id: 'door', text: 'Schild an die Tür', contact: null }];
  const order = { ...input.order, eventNumber };
  return {
    ...AS_ANYBODY,
    kind: 'opening',
    step: 'check',
    operation: 'check',
    effectKey: 'opening',
    outcome: 'ok',
    after: { ...opening, tasks, input: { ...input, caseId, order, policy } } as unknown as Opening,
  } as const;
}

const AS_ANYBODY = { actor: 'test', actorId: 'token:test' };

const REQUEST = {
  ...AS_ANYBODY,
  kind: 'decision',
  step: 'check',
  operation: 'request-approval',
  effectKey: 'request-approval/1',
  outcome: 'requested',
  after: { event: anOpening().event, expiresAt: '2030-01-01T00:00:00.000Z' },
} as unknown as NewEntry;

const END = {
  ...AS_ANYBODY,
  kind: 'end',
  step: 'report',
  operation: 'close',
  effectKey: 'end',
  outcome: 'completed',
} as unknown as NewEntry;

function runOf(
  { caseId, house, eventNumber }: { caseId: string; house: string; eventNumber: string },
  runId: string,
  kind: 'waiting' | 'asking' | 'held',
): RunRecord {
  const startedAt = '2026-11-04T18:00:00.000Z';
  return {
    ...{ house, eventNumber, caseId, runId, firstRunId: runId, startedAt, begunAt: startedAt },
    workflowId: cancellationWorkflowId(house, eventNumber),
    status: 'running',
    step: kind === 'asking' ? 'check' : 'wait-for-title-transfer',
    needsAttention: kind === 'held',
    ...{ isStuck: false, isAbandoned: false, buildId: null, pausedAt: null, stuckSince: null },
    ...{ orderDigest: null, title: 'Faust', performanceAt: null, pending: [], historyLength: 10 },
  };
}

describe('however many cases there are, as many questions are asked', () => {
  let few: Installation;
  let many: Installation;
  beforeAll(async () => {
    few = await Installation.with(FEW);
    many = await Installation.with(MANY);
  });
  afterAll(async () => {
    await few.close();
    await many.close();
  });

  const list = (filter: Parameters<typeof listCancellations>[2]) => (sources: CaseSources) =>
    listCancellations(sources, caller, filter);

  it.each<[string, (sources: CaseSources) => Promise<unknown>]>([
    ['by the list of all houses', list({})],
    ['by the list of a house', list({ house: 'FSP' })],
    ['by the list of what has ended', list({ state: ['completed', 'aborted'] })],
    ['by the list of what waits', list({ state: ['waiting', 'awaiting-approval', 'checking'] })],
    ['by the list of what needs a person', list({ needsAttention: 'true' })],
    ['by the list of a day', list({ from: '2027-01-05', to: '2027-01-05' })],
    [
      'by the states of a page of events',
      (sources) => statesByEvent(sources, 'FSP', ['100000', '101001', '999']),
    ],
    ['by the to-do lists', (sources) => listOpenTasks(sources, caller, {})],
    ['by the list of what waits for a second person', (sources) => listApprovals(sources, caller)],
  ])('%s', async (_which, ask) => {
    const [statements, calls] = await few.questionsOf(ask);
    expect(await many.questionsOf(ask)).toEqual([statements, calls]);
    expect(statements).toBeLessThanOrEqual(4);
    expect(calls).toBeLessThanOrEqual(2);
  });

  it('and all are shown', async () => {
    const rowsOf = async (filter: Parameters<typeof listCancellations>[2]) => {
      let rows: string[] = [];
      await many.questionsOf(async (sources) => {
        rows = (await listCancellations(sources, caller, filter)).cancellations.map(({ state }) => state);
      });
      return rows;
    };
    expect(await rowsOf({ needsAttention: 'true' })).toEqual(Array(MANY).fill('needs-attention'));
    expect(await rowsOf({ state: ['awaiting-approval'] })).toEqual(Array(MANY).fill('awaiting-approval'));
    expect(await rowsOf({ state: ['completed'] })).toEqual(Array(MANY).fill('completed'));
  });
});
