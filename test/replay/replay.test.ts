import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows } from '../../scripts/bundle-workflows';

/*
 * Every run that a released version began must continue under the present version. Recordings are added with `npm run
 * record-corpus` (a version's whole set) or `npm run record-history` (a single one), and are never changed or deleted.
 * Replay does not notice when the length of a wait changes: the workflow's own tests do.
 */

const CORPUS = join(__dirname, 'histories');

interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowId: string };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  timerStartedEventAttributes?: { timerId: string };
  eventId: string;
}

interface RecordedHistory {
  events: RecordedEvent[];
}

const RECORDINGS = recordingsIn(CORPUS);

const read = (path: string) => readFileSync(join(CORPUS, path), 'utf8');
const parse = (path: string) => JSON.parse(read(path)) as RecordedHistory;

function recordingsIn(corpus: string): string[] {
  const paths = readdirSync(corpus, { recursive: true }) as string[];
  return paths.map((path) => path.replaceAll('\\', '/')).filter((path) => path.endsWith('.json'));
}

/** The differences from the list of checksums, which `sha256sum -c` can read, too. */
function corpusFaults(corpus: string): string[] {
  const lines = readFileSync(join(corpus, 'SHA256SUMS'), 'utf8').split('\n').filter(Boolean);
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const present = new Set(recordingsIn(corpus));
  const hash = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(corpus, path)))
      .digest('hex');
  return [
    ...[...listed.keys()].filter((path) => !present.has(path)).map((path) => `${path} is missing`),
    ...[...present].filter((path) => !listed.has(path)).map((path) => `${path} is not listed`),
    ...[...present]
      .filter((path) => listed.has(path) && listed.get(path) !== hash(path))
      .map((path) => `${path} was changed`),
  ];
}

let code: string;
beforeAll(async () => {
  const quiet = { core: 'ERROR', other: 'ERROR' } as const;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: quiet, forward: {} } },
  });
  ({ code } = await bundleWorkflows(join(__dirname, '..', '..', 'src', 'workflows', 'index.ts')));
});

/** Resolves when the present workflow reacts to the history's events exactly as it was recorded. */
async function replay(history: RecordedHistory): Promise<void> {
  // The replay uses the recorded workflow id, because the workflow compares its id with its input.
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  await Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId);
}

it('has every recording that was ever made, unchanged', () => {
  expect(corpusFaults(CORPUS)).toEqual([]);
});

it('names a recording that was changed, taken away or put beside the list', () => {
  const copy = mkdtempSync(join(tmpdir(), 'absage-corpus-'));
  try {
    cpSync(CORPUS, copy, { recursive: true });
    appendFileSync(join(copy, '0.1.0/completed.json'), ' ');
    renameSync(join(copy, '0.1.0/refused.json'), join(copy, '0.1.0/other.json'));
    expect(corpusFaults(copy)).toEqual([
      '0.1.0/refused.json is missing',
      '0.1.0/other.json is not listed',
      '0.1.0/completed.json was changed',
    ]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

it.each(RECORDINGS)('goes on with %s', async (path) => {
  await replay(parse(path));
});

it.each(RECORDINGS)('names no machine in %s', (path) => {
  const machines = [...read(path).matchAll(/"\d+@([^"]*)"/g)].map(([, machine]) => machine?.slice(0, 6));
  expect(new Set(machines)).toEqual(new Set(['absage']));
});

describe('a history of another procedure', () => {
  const completed = '0.1.0/completed.json';

  /** The recording, with these two activities exchanged. */
  function exchanged(one: string, other: string): RecordedHistory {
    const history = parse(completed);
    for (const { activityTaskScheduledEventAttributes: scheduled } of history.events) {
      if (scheduled?.activityType.name === one) scheduled.activityType.name = other;
      else if (scheduled?.activityType.name === other) scheduled.activityType.name = one;
    }
    return history;
  }

  it('is told apart from the recorded one', async () => {
    await expect(replay(exchanged('markTitles', 'markTitles'))).resolves.toBeUndefined();
  });

  it('is refused when Storno came before the marker', async () => {
    await expect(replay(exchanged('markTitles', 'setStatusStorno'))).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  it('is refused when the mail came before the right', async () => {
    await expect(replay(exchanged('grantExtendedRight', 'sendPartnerNotice'))).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  it('is refused when Storno was set without a wait', async () => {
    const history = parse(completed);
    const timer = history.events.findIndex((event) => event.timerStartedEventAttributes);
    const storno = history.events.find(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType.name === 'setStatusStorno',
    );
    history.events[timer] = { ...(storno as RecordedEvent), eventId: String(timer + 1) };
    history.events.splice(timer + 1);
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
