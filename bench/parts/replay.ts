import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { medianFigure, type PartResult } from '../figures';
import { ROOT, type Options } from '../options';
import { progress } from '../progress';
import { installQuietRuntime } from '../quiet-runtime';
import { summarise } from '../statistics';

const CORPUS = join(ROOT, 'test', 'replay', 'histories');
const ROUNDS = 3;

type Histories = Extract<Parameters<typeof Worker.runReplayHistories>[1], Iterable<unknown>>;

/** Measures how long it takes to restore a run that is not in the cache: every recorded history, several times. */
export async function measureReplay({ dist }: Options): Promise<PartResult> {
  installQuietRuntime();
  const histories = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => toHistory(readFileSync(join(CORPUS, path), 'utf8')));
  const options = { workflowBundle: { codePath: join(dist, 'workflow-bundle.js') } };

  const eachMs: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const beganAtMs = performance.now();
    for await (const { error } of Worker.runReplayHistories(options, histories)) if (error) throw error;
    // The first round also loads the bundle.
    if (round > 0) eachMs.push((performance.now() - beganAtMs) / histories.length);
  }
  progress(`replay: ${histories.length} histories`);
  return {
    figures: [medianFigure('replay of a recorded history', 'ms', summarise(eachMs))],
    details: { histories: histories.length, eachMs },
  };
}

/** Replays it under its own workflow id, because the workflow compares the id with its input. */
function toHistory(json: string): Histories extends Iterable<infer T> ? T : never {
  const history = JSON.parse(json) as {
    events: { workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
  };
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
  return { workflowId, history };
}
