import { killEverything, startStack } from '/tmp/w/speed/bench/stack';
import { makeCases } from '/tmp/w/speed/bench/cases';
import { digest } from '/tmp/w/speed/src/digest';
import { BY } from '/tmp/w/speed/test/support/trust';
import { cancellationWorkflowId } from '/tmp/w/speed/src/domain/input';
import { lookAgainSignal, cancellationQuery } from '/tmp/w/speed/src/workflows/messages';
import { waitSinks } from '/tmp/w/speed/src/temporal/wait-sinks';
import { Worker, DefaultLogger, Runtime } from '@temporalio/worker';
import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
const [from = 'sql', to = 'turns', rounds = '3', per = '60'] = process.argv.slice(2);
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
const W = 3000;
async function main() {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  const N = Number(rounds) * Number(per);
  const cases = makeCases(N, W);
  const stack = await startStack({ dist: `/tmp/w/ab/dist-${from}`, jetConcurrency: 100, syncIntervalMs: W, programme: cases.programme });
  await stack.startWorker();
  const counts: Record<string, number> = {};
  const tally = (k: string) => void (counts[k] = (counts[k] ?? 0) + 1);
  const ids: string[] = [];
  const one = async (i: number) => {
    const given = cases.next();
    const input = { ...given, policy: { ...given.policy, attentionAfterMs: i % 3 === 0 ? 600 : 600_000, pollIntervalMs: 300 } };
    const { house, eventNumber } = input.order;
    const id = cancellationWorkflowId(house, eventNumber);
    ids.push(id);
    await stack.cancellations.start(input, digest(input.order), { by: BY });
    const h = stack.client.workflow.getHandle(id);
    const act = (action: any, request: object) => stack.cancellations.act(action, { house, eventNumber, caseId: input.caseId } as any, { actor: 'Eva Muster', reason: 'Test', ...request } as any, { by: BY }).then(() => tally(action + ' ok'), (e) => tally(action + ' refused ' + String(e.message).slice(0, 60)));
    const jobs: Promise<unknown>[] = [];
    const kind = i % 6;
    if (kind === 0) jobs.push((async () => { await sleep(300 + Math.random() * 6000); await act('abort', {}); })());
    if (kind === 1 || kind === 2 || kind === 3) jobs.push((async () => {
      for (let n = 0; n < 2; n++) {
        for (let t = 0; t < 300; t++) { const s = await h.query(cancellationQuery).catch(() => null); if (!s) break; if (s.waitSavedAt && (s.step === 'wait-for-title-transfer' ? n === 0 : n === 1)) { await sleep(Math.max(0, Date.parse(s.waitEndsAt!) - Date.now() - 60 + Math.random() * 90)); await act('skip-wait', { savedAt: s.waitSavedAt }); break; } await sleep(40); }
      }
    })());
    if (kind === 3 || kind === 4) jobs.push((async () => { for (let n = 0; n < 25; n++) { await sleep(Math.random() * 700); await h.signal(lookAgainSignal).catch(() => {}); } })());
    jobs.push((async () => { for (let t = 0; t < 120; t++) { const s = await h.query(cancellationQuery).catch(() => null); if (s?.attention && !s.attention.code.startsWith('x')) { tally('attention ' + s.attention.code); await sleep(Math.random() * 400); await act('retry', { attentionId: s.attention.id }); } const d = await h.describe(); if (d.status.name !== 'RUNNING') break; await sleep(500); } })());
    await Promise.all(jobs);
    await Promise.race([h.result().catch(() => {}), sleep(30_000)]);
  };
  for (let r = 0; r < Number(rounds); r++) {
    await stack.armFaults([{ operation: 'read-right', kind: 'maintenance', count: 25 }, { operation: 'read-channel', kind: 'maintenance', count: 15 } ]);
    await Promise.all(Array.from({ length: Number(per) }, (_, i) => one(i)));
    console.log('round', r, JSON.stringify(counts));
  }
  const histories = [] as { workflowId: string; history: any }[];
  let shared = 0;
  for (const id of ids) { const history = await stack.client.workflow.getHandle(id).fetchHistory(); histories.push({ workflowId: id, history });
    // tasks that carry more than one event that wakes the run
    let n = 0; for (const e of history.events ?? []) { if (e.workflowTaskCompletedEventAttributes) n = 0; if (e.timerFiredEventAttributes || e.activityTaskCompletedEventAttributes || e.activityTaskFailedEventAttributes || e.activityTaskTimedOutEventAttributes|| e.activityTaskCanceledEventAttributes || e.workflowExecutionSignaledEventAttributes) { n++; if (n === 2) shared++; } } }
  mkdirSync('/tmp/w/scratch/races', { recursive: true });
  for (const { workflowId, history } of histories) writeFileSync(`/tmp/w/scratch/races/${workflowId.replaceAll('/', '_')}.json`, historyToJSON(history));
  await stack.stop();
  for (const dist of [from, to]) {
    let bad = 0, ok = 0;
    for await (const { error, workflowId } of Worker.runReplayHistories({ workflowBundle: { codePath: `/tmp/w/ab/dist-${dist}/workflow-bundle.js` }, sinks: waitSinks() }, histories)) { if (error) { bad++; console.log(dist, workflowId, String(error.message).slice(0, 420)); } else ok++; }
    console.log(dist, 'replayed', ok, 'failed', bad, '; tasks with several wakes', shared);
  }
}
process.on('exit', killEverything);
main().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });
