import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCases } from '../../bench/cases';
import type { CancellationInput } from '../../src/domain/case';
import type { CancellationView } from '../../src/cases/view';
import type { RunAction, StepName } from '../../src/domain/vocabulary';
import type { LogEntry } from '../../src/simulator/operation-log';
import { judge, type Findings } from '../chaos/oracle';
import { ChaosStack } from '../chaos/stack';
import { insist, lookAt, PATIENCE_MS, SYNC_INTERVAL_MS, type End } from '../chaos/stage';
import { eventually } from '../support/eventually';
import { BY } from '../support/trust';

const ROOT = join(__dirname, '..', '..');
const CLI = join(ROOT, 'dist', 'cli.js');
const MOST_CASES = 12;

type Options = Omit<Parameters<typeof ChaosStack.start>[0], 'programme' | 'syncIntervalMs'> & {
  /** How long a case tries by itself before it asks; ten minutes by default. */
  attentionAfterMs?: number;
};

/**
 * An installation with open cases, one after the other: what it is struck with meets each of them at another point of the
 * procedure. Whoever acts on it writes down what a person had to do.
 *
 * @example
 * const evening = await Evening.begin();
 * await evening.order(3);
 */
export class Evening {
  private readonly ordered: CancellationInput[] = [];
  private readonly acts: string[] = [];

  private constructor(
    readonly stack: ChaosStack,
    private readonly cases: ReturnType<typeof makeCases>,
    private readonly attentionAfterMs?: number,
  ) {}

  static async begin({ attentionAfterMs, ...options }: Options = {}): Promise<Evening> {
    const cases = makeCases(MOST_CASES, SYNC_INTERVAL_MS);
    const stack = await ChaosStack.start({
      ...options,
      syncIntervalMs: SYNC_INTERVAL_MS,
      programme: cases.programme,
    });
    return new Evening(stack, cases, attentionAfterMs);
  }

  /** Orders so many, each when the one before it has marked its titles. Resolves when the last one has. */
  async order(count: number): Promise<CancellationInput[]> {
    const begun: CancellationInput[] = [];
    while (begun.length < count) {
      const input = await this.orderOne();
      begun.push(input);
      await this.untilDone(input, 'save-announcement');
    }
    return begun;
  }

  /** Resolves when it has been taken, and waits for nothing that it does. */
  async orderOne(): Promise<CancellationInput> {
    const { policy, ...next } = this.cases.next();
    const { attentionAfterMs = policy.attentionAfterMs } = this;
    const input = { ...next, policy: { ...policy, attentionAfterMs } };
    this.ordered.push(input);
    await insist(() => this.stack.cancellations.start(input, input.caseId, { by: BY }));
    return input;
  }

  get all(): readonly CancellationInput[] {
    return this.ordered;
  }

  /** What people had to do, in order. */
  get work(): readonly string[] {
    return this.acts;
  }

  /** A person has to do this. */
  async person<T>(what: string, work: () => Promise<T> | T): Promise<T> {
    this.acts.push(what);
    return work();
  }

  /** Does the same for all of them at once, and leaves none behind when one of them fails. */
  async each(work: (input: CancellationInput) => Promise<unknown>, among = this.all): Promise<void> {
    const done = await Promise.allSettled(among.map(work));
    const failed = done.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** A command of the administrator, with the settings of the service. */
  command(...args: string[]): Promise<string> {
    return this.commandWith({}, ...args);
  }

  /** The same, with other settings for this once. */
  commandWith(settings: Record<string, string>, ...args: string[]): Promise<string> {
    return promisify(execFile)(process.execPath, [CLI, ...args], {
      cwd: this.stack.dataDir,
      env: { ...process.env, ...this.stack.environment, ...settings },
    }).then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(stdout + stderr);
      },
    );
  }

  /** No case comes past its right until `letGo`: none is at its mail or its end before all are where the strike is to meet them. */
  async holdBeforeRight(): Promise<void> {
    await this.stack.simulator('POST', '/faults', [{ operation: 'grant-right', kind: 'maintenance' }]);
  }

  async letGo(): Promise<void> {
    await this.stack.simulator('DELETE', '/faults');
  }

  /** Waits until Jet has carried this out for the case. */
  async untilDone(
    input: CancellationInput,
    operation: 'save-announcement' | 'set-storno' | 'grant-right',
  ): Promise<void> {
    await this.untilLogged(input, (entry) => entry.operation === operation && entry.outcome === 'ok');
  }

  /** Waits until Jet has noted this of its event. */
  async untilLogged({ order }: CancellationInput, isThis: (entry: LogEntry) => boolean): Promise<void> {
    await eventually(
      () => insist(() => this.stack.log(order.eventNumber)),
      (log) => log.some(isThis),
      PATIENCE_MS,
    );
  }

  /** Waits until the run itself says that it has come to this step. */
  async untilAt({ order: { house, eventNumber } }: CancellationInput, step: StepName): Promise<void> {
    const { cancellations } = this.stack;
    await eventually(
      () =>
        insist(async () => {
          const run = await cancellations.find(house, eventNumber);
          return run && (await cancellations.query(house, eventNumber, run.runId)).step;
        }),
      (at) => at === step,
      PATIENCE_MS,
    );
  }

  /** Waits until the case has ended, or asks. */
  async endOf(input: CancellationInput): Promise<End> {
    return eventually(
      () => insist(() => this.look(input)),
      (end): end is End => end !== null,
      PATIENCE_MS,
    ) as Promise<End>;
  }

  /** Waits until it asks for a person with this. */
  async untilItAsks(input: CancellationInput, code: string): Promise<void> {
    await eventually(
      () => insist(() => this.look(input)),
      (end) => end === `asks: ${code}`,
      PATIENCE_MS,
    );
  }

  /** Waits until it asks for nobody, whether it has ended or not. */
  async untilItGoesOn({ order: { house, eventNumber } }: CancellationInput): Promise<void> {
    await eventually(
      () => insist(() => this.stack.cancellations.find(house, eventNumber)),
      (run) => !run?.needsAttention,
      PATIENCE_MS,
    );
  }

  /** Waits until nothing of it is at work but the question whether writes are on again. */
  async untilItWaitsForWrites({ order: { house, eventNumber } }: CancellationInput): Promise<void> {
    await eventually(
      () => insist(() => this.stack.api<CancellationView>('GET', `/cancellations/${house}/${eventNumber}`)),
      ({ warnings }) => warnings.some(({ code }) => code === 'writes-off'),
      PATIENCE_MS,
    );
  }

  /** Waits for a mail about the event, by the beginning of its subject. */
  async untilMailed(beginning: string, eventNumber: string): Promise<void> {
    await eventually(
      () => insist(() => this.stack.mails()),
      (mails) =>
        mails.some(
          ({ subject }) => subject.includes(beginning) && subject.endsWith(`(VA-Nr. ${eventNumber})`),
        ),
      PATIENCE_MS,
    );
  }

  /** A person does at the masks what is left. Nobody expects anything of Absage for it any more. */
  async finishByHand({ order: { eventNumber } }: CancellationInput): Promise<void> {
    this.ordered.splice(
      this.ordered.findIndex(({ order }) => order.eventNumber === eventNumber),
      1,
    );
    await this.stack.simulator('POST', '/human-edits', { eventNumber, set: { status: 'Storno' } });
  }

  private look({ order }: CancellationInput): Promise<End | null> {
    return lookAt(this.stack.cancellations, order);
  }

  /** A person answers what the case asks. */
  async act(action: RunAction, { order: { house, eventNumber } }: CancellationInput, reason: string) {
    const request = { actor: 'drill', reason };
    // Asked again after a lost answer, it is the same wish.
    const updateKey = randomUUID();
    await insist(() =>
      this.stack.cancellations.act(action, { house, eventNumber, caseId: null }, request, {
        by: BY,
        updateKey,
      }),
    );
  }

  /** Waits for the end of each case, and compares it with what Jet, the mail server and the journal saw. */
  async judge(): Promise<Findings> {
    const ends = new Map<CancellationInput, End>();
    await this.each(async (input) => ends.set(input, await this.endOf(input)));
    const findings = await judge(this.stack, ends);
    for (const [{ order }, end] of ends)
      if (end !== 'completed') findings.faults.push(`${order.eventNumber}: ${end}`);
    return findings;
  }

  async stop(isKept = false): Promise<void> {
    await this.stack.stop(isKept);
  }
}
