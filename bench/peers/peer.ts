import type { Job } from './procedure.ts';

/** What a peer needs beside its worker. */
export type Engine = 'postgres' | 'redis' | 'restate' | 'absage';

/** How an order gets to the peer. */
export interface Orders {
  place(job: Job): Promise<void>;
  close(): Promise<void>;
}

/** The procedure on another engine. */
export interface Peer {
  title: string;
  engine: Engine;
  /** In the process of the worker, which is killed without warning. Resolves when it takes orders. */
  work(): Promise<void>;
  /** In the process of the bench. */
  orders(): Promise<Orders>;
  /** What a user would have to know, or do by hand, where it stands still. */
  note: string;
  /** What its own records say of a case that stands still, for whoever looks there. */
  standing?(job: Job): Promise<string>;
  /** It does not belong in the table of speed: it is a peer that is there already, but for what it does after a kill. */
  isForKillsOnly?: true;
}

export const POSTGRES = () => process.env.PEER_POSTGRES_URL ?? '';
export const REDIS_PORT = () => Number(process.env.PEER_REDIS_PORT);
export const RESTATE = () => ({
  ingress: Number(process.env.PEER_RESTATE_PORT),
  admin: Number(process.env.PEER_RESTATE_ADMIN_PORT),
  worker: Number(process.env.PEER_RESTATE_WORKER_PORT),
});
/** As many cases at once as Absage's worker calls Jet for. */
export const CONCURRENCY = 40;
