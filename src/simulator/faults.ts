import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { EVENT_NUMBER_PATTERN } from '../jet/contract';
import type { SimulatorDatabase } from './database';
import { GATEWAY_OPERATIONS, type GatewayOperation } from './operation-log';

export const FAULT_KINDS = [
  'error-500',
  'maintenance',
  'too-many-requests',
  'hang',
  'drip',
  'reset',
  'commit-then-reset',
  'commit-then-hang',
  'html-page',
  'empty',
  'oversize',
  'redirect',
  'stale-read',
  'truncate-value',
  'wrong-event',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

const READS: readonly GatewayOperation[] = ['find-events', 'read-event', 'read-channel', 'read-right'];

/**
 * When a fault fires. With `nth`: at the n-th call of the operation for one event since the fault was armed, and
 * at the `count − 1` calls after it (default: only at that call). With `probability`: by chance at each call, and at
 * the same calls for the same `seed`. With neither: at every call. Without `nth`, at most `count` times in all.
 */
export const faultRequest = z
  .strictObject({
    operation: z.enum(GATEWAY_OPERATIONS),
    kind: z.enum(FAULT_KINDS),
    eventNumber: z.string().regex(EVENT_NUMBER_PATTERN).optional(),
    nth: z.int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
    count: z.int().min(1).optional(),
    seed: z.union([z.string(), z.number()]).optional(),
  })
  .refine((fault) => fault.nth === undefined || fault.probability === undefined, 'either nth or probability')
  .refine(
    ({ kind, operation }) => kind !== 'truncate-value' || operation === 'save-announcement',
    'truncate-value is for save-announcement',
  )
  .refine(
    ({ kind, operation }) => kind !== 'stale-read' || READS.includes(operation),
    'stale-read is for reads',
  );

export type FaultRequest = z.output<typeof faultRequest>;

interface Armed extends FaultRequest {
  seq: number;
  seed: string | number;
  fired: number;
}

/** The armed faults, with how often each was asked and how often it fired. All of it survives a restart. */
export class Faults {
  private armed: Armed[] = [];

  constructor(private readonly database: SimulatorDatabase) {
    this.load();
  }

  /** How many are armed. */
  get count(): number {
    return this.armed.length;
  }

  arm(requests: readonly FaultRequest[]): void {
    this.database.atomically(() => {
      for (const request of requests) {
        const document = JSON.stringify({ ...request, seed: request.seed ?? randomUUID() });
        this.database.run('insert into fault (document, fired) values (?, 0)', document);
      }
    });
    this.load();
  }

  clear(): void {
    this.database.atomically(() => {
      this.database.run('delete from fault');
      this.database.run('delete from fault_call');
    });
    this.load();
  }

  /** The fault of this call, or `null`. Every armed fault that matches counts the call; the oldest that fires wins. */
  choose(operation: GatewayOperation, eventNumber: string | null): FaultKind | null {
    let chosen: FaultKind | null = null;
    for (const fault of this.armed) {
      if (fault.operation !== operation) continue;
      if (fault.eventNumber !== undefined && fault.eventNumber !== eventNumber) continue;
      const call = this.countCall(fault, eventNumber ?? '');
      if (chosen !== null || !fires(fault, eventNumber ?? '', call)) continue;
      chosen = fault.kind;
      fault.fired += 1;
      this.database.run('update fault set fired = ? where seq = ?', fault.fired, fault.seq);
    }
    return chosen;
  }

  /** Counts from 1. */
  private countCall({ seq }: Armed, eventNumber: string): number {
    this.database.run(
      `insert into fault_call values (?, ?, 1)
       on conflict (fault, event_number) do update set calls = calls + 1`,
      seq,
      eventNumber,
    );
    const row = this.database.get<{ calls: number }>(
      'select calls from fault_call where fault = ? and event_number = ?',
      seq,
      eventNumber,
    );
    return row?.calls ?? 1;
  }

  private load(): void {
    this.armed = this.database
      .all<{ seq: number; document: string; fired: number }>('select * from fault order by seq')
      .map(({ seq, document, fired }) => ({ ...(JSON.parse(document) as Armed), seq, fired }));
  }
}

function fires(fault: Armed, eventNumber: string, call: number): boolean {
  if (fault.nth !== undefined) return call >= fault.nth && call < fault.nth + (fault.count ?? 1);
  if (fault.fired >= (fault.count ?? Infinity)) return false;
  return (
    fault.probability === undefined || chance(`${fault.seed}/${eventNumber}/${call}`) < fault.probability
  );
}

/** 0 ≤ chance < 1, the same for the same text: so the order in which events are served does not matter. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
