import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cases } from '../../bench/cases';
import type { CancellationInput } from '../../src/domain/case';
import type { FaultKind, FaultRequest } from '../../src/simulator/faults';
import type { Random } from '../chaos/random';
import { insist, PATIENCE_MS, type End } from '../chaos/stage';
import type { ClusterStage } from './stage';

/** The orders come within this time, so that a strike meets cases at every step. */
const SPREAD_MS = 12_000;
const LOOK_EVERY_MS = 1_000;

const WRITES = ['save-announcement', 'set-storno', 'grant-right'] as const;
const READS = ['read-event', 'read-channel', 'read-right'] as const;
/** What a gateway does at its worst, but for what only a person can decide. */
const EVERYWHERE = [
  ...(['error-500', 'maintenance', 'too-many-requests', 'hang', 'drip', 'reset'] as const),
  ...(['html-page', 'empty', 'oversize', 'redirect', 'wrong-event'] as const),
] satisfies FaultKind[];
const ON_WRITES = [...EVERYWHERE, 'commit-then-reset', 'commit-then-hang'] satisfies FaultKind[];
const ON_READS = [...EVERYWHERE, 'stale-read'] satisfies FaultKind[];

interface View {
  caseId: string;
  state: string;
  attention: { code: string } | null;
}

/** One case of a crowd, with all that its seed has chosen for it. */
export interface Member {
  input: CancellationInput;
  startsAfterMs: number;
  faults: FaultRequest[];
  /** Its notice to Ö-Ticket is taken and never acknowledged. */
  isMailDropped: boolean;
  /** A person aborts it this long after the order. `null`: nobody does. */
  abortsAfterMs: number | null;
}

function makeMember(input: CancellationInput, random: Random): Member {
  const { eventNumber } = input.order;
  const faults = Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, (): FaultRequest => {
    const isWrite = random.pick([true, false]);
    return {
      operation: random.pick<FaultRequest['operation']>(isWrite ? WRITES : READS),
      kind: random.pick<FaultKind>(isWrite ? ON_WRITES : ON_READS),
      eventNumber,
      nth: 1 + random.upTo(2),
    };
  });
  return {
    input,
    startsAfterMs: random.upTo(SPREAD_MS),
    faults,
    isMailDropped: random.upTo(6) === 0,
    abortsAfterMs: random.upTo(4) === 0 ? random.upTo(6_000) : null,
  };
}

/** As many cases as that, each chosen by a seed of its own. */
export function makeCrowd(cases: Cases, count: number, seedOf: (nth: number) => Random): Member[] {
  return Array.from({ length: count }, (_, nth) => makeMember(cases.next(), seedOf(nth)));
}

/** Orders the case and brings it to its end, through a proxy that has to do without whatever was killed. */
export async function play(
  cluster: ClusterStage,
  member: Member,
): Promise<[input: CancellationInput, end: End]> {
  const { order } = member.input;
  if (member.faults.length > 0) await cluster.armFaults(member.faults);
  if (member.isMailDropped) await cluster.dropMail(['Absage: ', `(VA-Nr. ${order.eventNumber})`]);
  await pause(member.startsAfterMs);
  const { caseId } = await insist(() => place(cluster, member.input));
  const input = { ...member.input, caseId };
  if (member.abortsAfterMs !== null) {
    await pause(member.abortsAfterMs);
    await abort(cluster, input);
  }
  return [input, await endOf(cluster, input)];
}

/** As a person does who sees no answer: the same order again. */
async function place(cluster: ClusterStage, { order }: CancellationInput): Promise<View> {
  const { status, body } = await cluster.ask<View>('POST', '/cancellations', order);
  if (status !== 200 && status !== 202) throw new Error(`ordered: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Until there is an answer, even a refusal: it may be too late for an abort. */
async function abort(cluster: ClusterStage, { order }: CancellationInput): Promise<void> {
  const key = randomUUID();
  const path = `/cancellations/${order.house}/${order.eventNumber}/abort`;
  await insist(async () => {
    const { status, body } = await cluster.ask('POST', path, { reason: 'Es wird doch gespielt' }, key);
    if (status !== 200 && status !== 409) throw new Error(`aborted: ${status} ${JSON.stringify(body)}`);
  });
}

async function endOf(cluster: ClusterStage, { order }: CancellationInput): Promise<End> {
  const deadline = Date.now() + PATIENCE_MS;
  let shown: unknown;
  while (Date.now() < deadline) {
    const { status, body } = await insist(() =>
      cluster.ask<View>('GET', `/cancellations/${order.house}/${order.eventNumber}`),
    );
    const { state, attention } = body;
    if (status === 200) {
      if (state === 'completed' || state === 'aborted') return state;
      // What was being sent when a worker was killed is in doubt, and rightly asks a person.
      if (attention?.code === 'mail-in-doubt') return 'asks: mail-in-doubt';
    }
    shown = status === 200 ? `${state} ${attention?.code ?? ''}` : `HTTP ${status}`;
    await pause(LOOK_EVERY_MS);
  }
  process.stderr.write(`${order.eventNumber} has not ended: ${String(shown)}\n`);
  return 'lost';
}
