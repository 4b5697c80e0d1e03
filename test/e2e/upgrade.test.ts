import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CancellationInput } from '../../src/domain/case';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../../src/domain/input';
import { caseStartOptions } from '../../src/temporal/start';
import { resetToFirstEvent } from '../support/reset';
import { withEvidence } from './oracle';
import { expectEndedOnce, type Expected } from './upgrade/oracle';
import { ANNA, BERTA, CARL, Production, UNTOUCHED, type Played } from './upgrade/production';
import { RECORDED_CASES, unpack, type Cast, type RecordedCase } from './upgrade/recording';
import { eventually } from '../support/eventually';

/*
 * A production of the version before there were seals, as that version left it (upgrade/README.md). This version takes it
 * over as the changelog says, with everything real but Jet.
 */

const TIMEOUT_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'absage-upgrade-'));
let cast: Cast;
let production: Production;
/** What an administrator is told who starts the new version as the old one. */
let refused: { code: number | null; output: string };

beforeAll(async () => {
  cast = unpack('before-seals', folder);
  production = await Production.open(folder, cast.tokens);
  const up = await production.launch();
  refused = { code: await up.exitCode(), output: up.output };
  production.upgrade();
  await production.start();
}, TIMEOUT_MS);

afterAll(async () => {
  await production?.close();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

it('is told in one message what it newly asks for', () => {
  expect(refused.code).toBe(2);
  expect(refused.output.split('\n').filter((line) => line.startsWith('  - '))).toEqual([
    expect.stringMatching(/ABSAGE_PAYLOAD_KEYS_FILE fehlt/),
    expect.stringMatching(/ABSAGE_SEAL_KEY_FILE fehlt/),
    expect.stringMatching(/ABSAGE_SIGNING_KEY_FILE fehlt/),
    ...Array.from({ length: 4 }, (_, nth) =>
      expect.stringMatching(new RegExp(`tokens\\.json: tokens\\.${nth}\\.role fehlt`)),
    ),
    expect.stringMatching(/TEMPORAL_ADDRESS fehlt/),
  ]);
});

interface GoingOn extends Expected {
  /** What the case is. */
  title: string;
  goOn: (played: Played) => Promise<unknown>;
}

const CASES: Record<RecordedCase, GoingOn> = {
  completed: {
    title: 'that had ended, and is reset to its first event',
    orderedBy: ANNA,
    asked: [],
    async goOn(played) {
      const runId = await reset(played);
      const run = production.temporal.workflow.getHandle(workflowIdOf(played), runId);
      await eventually(
        () => run.describe(),
        ({ status }) => status.name === 'COMPLETED',
      );
    },
  },
  firstWait: {
    title: 'in the wait after the marking',
    orderedBy: ANNA,
    asked: [`skip-wait: ${CARL}`],
    async goOn(played) {
      await production.untilAt(played, 'wait-for-storno-transfer');
      await production.skipWait(CARL, played);
    },
  },
  toReset: {
    title: 'that is reset to its first event after Storno',
    orderedBy: CARL,
    asked: [`skip-wait: ${BERTA}`],
    async goOn(played) {
      await production.untilAt(played, 'wait-for-storno-transfer');
      const runId = await reset(played);
      await production.until(
        played,
        (view) => view.runId === runId && view.step === 'wait-for-storno-transfer',
      );
      await production.skipWait(BERTA, played);
    },
  },
  secondWait: {
    title: 'in the wait after Storno',
    orderedBy: BERTA,
    asked: [],
    goOn: (played) => production.untilAt(played, 'completed'),
  },
  markerGone: {
    title: 'that asks what to do about a marker that was taken off',
    orderedBy: CARL,
    asked: [`decide: ${ANNA}`, `skip-wait: ${BERTA}`, `skip-wait: ${BERTA}`],
    markings: 2,
    async goOn(played) {
      await decide(ANNA, played, 'mark-again');
      for (const wait of ['wait-for-title-transfer', 'wait-for-storno-transfer']) {
        await production.untilAt(played, wait);
        await production.skipWait(BERTA, played);
      }
    },
  },
  mailInDoubt: {
    title: 'that asks whether its mail has arrived',
    orderedBy: CARL,
    asked: [`decide: ${BERTA}`],
    goOn: (played) => decide(BERTA, played, 'send-again'),
  },
  terminated: {
    title: 'whose run was terminated',
    orderedBy: BERTA,
    asked: [`resume: ${CARL}`],
    async goOn(played) {
      await production.untilAt(played, 'interrupted');
      await production.act(CARL, played, 'resume');
    },
  },
};

async function decide(actor: string, played: Played, choice: string): Promise<void> {
  const { attention } = await production.untilAt(played, 'needs-attention');
  await production.act(actor, played, 'decide', { attentionId: attention?.id, choice });
}

/** *Reset* of the Web UI. Resolves to the new run. */
async function reset(played: Played): Promise<string> {
  const { runId } = await production.temporal.workflow.getHandle(workflowIdOf(played)).describe();
  return resetToFirstEvent(production.temporal, workflowIdOf(played), runId);
}

function workflowIdOf({ house, eventNumber }: Played): string {
  return cancellationWorkflowId(house, eventNumber);
}

it.each(RECORDED_CASES.map((recorded) => [CASES[recorded].title, recorded] as const))(
  'ends a case %s, everything done once and each line with its name',
  (_title, recorded) => {
    const { goOn, ...expected } = CASES[recorded];
    const played = cast.cases[recorded];
    const check = async () => {
      await goOn(played);
      await production.untilMailed(played, 'Absage abgeschlossen: ');
      await expectEndedOnce(production, cast, recorded, expected);
    };
    return withEvidence(() => production, check)();
  },
  TIMEOUT_MS,
);

it('finds the lines of the Protokoll whole that was filed before, which nobody had signed', () => {
  const { status, output } = production.command('verify', join(folder, 'completed.json'));
  expect(output).toContain('Die Zeilen des Logbuchs sind unversehrt.');
  expect(status).toBe(3);
});

it('begins nothing any more that carries no seal', async () => {
  const like = await production.temporal.workflow
    .getHandle(workflowIdOf(cast.cases.secondWait))
    .fetchHistory();
  const [given] = like.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const { order, ...input } = JSON.parse(Buffer.from(given?.data ?? []).toString()) as CancellationInput;
  const played = { house: order.house, eventNumber: UNTOUCHED, caseId: randomUUID() };
  const another = { ...input, caseId: played.caseId, order: { ...order, eventNumber: UNTOUCHED } };
  const run = await production.temporal.workflow.start(
    CANCEL_PERFORMANCE,
    caseStartOptions(another, 'of before'),
  );
  await expect(run.result()).rejects.toThrow();
  // It is no case: no page knows it, and it has no lines.
  await expect(production.view(played)).rejects.toThrow('cancellation-not-found');
  await expect(production.lines(played)).rejects.toThrow('cancellation-not-found');
  expect(await production.writes(played)).toEqual([]);
  expect(await production.mails(played)).toEqual([]);
});
