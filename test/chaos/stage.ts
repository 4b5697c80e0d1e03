import { BY } from '../support/trust';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ActionNotPossible, type CancellationClient } from '../../src/client';
import type { CancellationInput } from '../../src/domain/case';
import type { JournalEntry } from '../../src/domain/journal';
import type { FaultKind } from '../../src/simulator/faults';
import type { GatewayOperation, LogEntry } from '../../src/simulator/operation-log';
import type { Random } from './random';
import type { ChaosStack } from './stack';
import { eventually } from '../support/eventually';

/** Long enough for a kill within a wait, on a machine that has other work. */
export const SYNC_INTERVAL_MS = 3_000;
/** For a machine with other work. No assertion depends on it. */
export const PATIENCE_MS = 180_000;
const LOOK_EVERY_MS = 150;

/** How a case ended, or which attention it waits with. */
export type End = 'completed' | 'aborted' | 'lost' | `asks: ${string}`;

export interface StagedCases {
  /** The case that the scenario strikes. */
  target: CancellationInput;
  /** Runs beside the target. Nothing else disturbs it. */
  bystander: CancellationInput;
  /** An operator aborts it during its first wait. */
  unwanted: CancellationInput;
  /** For a scenario that needs one more case. */
  latecomer: CancellationInput;
}

/**
 * The means by which scenarios are written: starting cases, waiting for points, and marking the moment of the strike.
 */
export class Stage {
  readonly started: CancellationInput[] = [];
  private others: { begun: Promise<void>; underWay: Promise<void> } | null = null;
  private struck: { atMs: number; dueAtMs: number } | null = null;

  constructor(
    readonly stack: ChaosStack,
    readonly random: Random,
    readonly cases: StagedCases,
  ) {}

  async start(input: CancellationInput): Promise<void> {
    if (!this.started.includes(input)) this.started.push(input);
    await this.stack.cancellations.start(input, input.caseId, { by: BY });
  }

  /** Starts the other cases one after the other, each after a short pause. */
  startOthers(): void {
    const { bystander, unwanted } = this.cases;
    const begin = async () => {
      for (const other of [bystander, unwanted]) {
        await this.pause(1_500);
        await insist(() => this.start(other));
      }
    };
    const begun = begin();
    const underWay = begun.then(async () => {
      await this.untilJetAnswers('save-announcement', 'ok', unwanted);
      await this.abort(unwanted);
    });
    underWay.catch(() => {}); // `ends` awaits it
    this.others = { begun, underWay };
  }

  async othersHaveBegun(): Promise<void> {
    await this.others?.begun;
  }

  /** A pause of at most this length, chosen by the seed. */
  pause(mostMs: number): Promise<void> {
    return pause(this.random.upTo(mostMs));
  }

  /** Arms a fault for the next call of this operation for the target. */
  async arm(operation: GatewayOperation, kind: FaultKind): Promise<void> {
    const { eventNumber } = this.cases.target.order;
    await this.stack.simulator('POST', '/faults', [{ operation, kind, eventNumber, nth: 1 }]);
  }

  /** Waits until Jet has answered a call of this operation with this outcome. */
  async untilJetAnswers(
    operation: GatewayOperation,
    outcome: string,
    { order } = this.cases.target,
  ): Promise<LogEntry> {
    const isThis = (entry: LogEntry) => entry.operation === operation && entry.outcome === outcome;
    const entries = await eventually(
      () => insist(() => this.stack.log(order.eventNumber)),
      (log) => log.some(isThis),
      PATIENCE_MS,
    );
    return entries.find(isThis) as LogEntry;
  }

  /** Waits for a line of the journal. */
  async untilNoted(isThis: (line: JournalEntry) => boolean, { caseId } = this.cases.target): Promise<void> {
    await eventually(
      () => this.stack.lines(caseId),
      (lines) => lines.some(isThis),
      PATIENCE_MS,
    );
  }

  /**
   * Marks the moment of the strike. `since`: the target is not expected to act before this save has had its interval.
   */
  strike(since?: LogEntry): void {
    const dueAtMs = since ? Date.parse(since.at) + SYNC_INTERVAL_MS : 0;
    this.struck = { atMs: Date.now(), dueAtMs };
  }

  /** kill -9 of the worker, and a new worker after the pause that a supervisor would leave. */
  async killWorker(since?: LogEntry): Promise<void> {
    await this.pause(300);
    this.strike(since);
    await this.stack.kill('worker');
    await this.pause(500);
    await this.stack.launch('worker');
  }

  /** From the strike, or from the end of the wait that it interrupted, to the target's next call or line. */
  async recoveryMs(): Promise<number | null> {
    if (!this.struck) return null;
    const { atMs, dueAtMs } = this.struck;
    const { order, caseId } = this.cases.target;
    const calls = (await this.stack.log(order.eventNumber)).filter(({ actor }) => actor === 'gateway');
    const signs = [...calls, ...(await this.stack.lines(caseId))].map(({ at }) => Date.parse(at));
    const next = Math.min(...signs.filter((signMs) => signMs > atMs));
    return Number.isFinite(next) ? Math.max(0, next - Math.max(atMs, dueAtMs)) : null;
  }

  async untilEnds(): Promise<Map<CancellationInput, End>> {
    await this.others?.underWay;
    const ends = await Promise.all(
      this.started.map(async (input) => [input, await this.untilEnd(input)] as const),
    );
    return new Map(ends);
  }

  async untilEnd({ order: { house, eventNumber } }: CancellationInput): Promise<End> {
    const { cancellations } = this.stack;
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const end = await quietly(() => lookAt(cancellations, { house, eventNumber }));
      if (end) return end;
      await pause(LOOK_EVERY_MS);
    }
    return 'lost';
  }

  /** Asks for the abort until there is an answer, even a refusal. */
  private async abort({ order: { house, eventNumber } }: CancellationInput): Promise<void> {
    const key = randomUUID();
    const request = { actor: 'chaos', reason: 'Es wird doch gespielt' };
    await insist(async () => {
      try {
        await this.stack.cancellations.act('abort', { house, eventNumber, caseId: null }, request, {
          by: BY,
          updateKey: key,
        });
      } catch (error) {
        const run = await this.stack.cancellations.find(house, eventNumber);
        if (!(error instanceof ActionNotPossible) && run?.status === 'running') throw error;
      }
    });
  }
}

/** How the case has ended, or what it asks; `null` while it goes on by itself. */
export async function lookAt(
  cancellations: CancellationClient,
  { house, eventNumber }: Pick<CancellationInput['order'], 'house' | 'eventNumber'>,
): Promise<End | null> {
  const run = await cancellations.find(house, eventNumber);
  if (run?.status === 'completed') return 'completed';
  if (run?.status === 'cancelled') return 'aborted';
  if (run?.status === 'failed' || run?.status === 'terminated') return 'lost';
  if (!run?.needsAttention) return null;
  const { attention } = await cancellations.query(house, eventNumber, run.runId);
  return attention && attention.actions.length > 0 ? `asks: ${attention.code}` : null;
}

/** Repeats a call until it succeeds: a part that was just killed does not answer. */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
