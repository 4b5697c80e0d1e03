import type { Logger } from '../observability';
import type { OrderDesk } from '../cases/orders';
import type { Authentication } from './auth';
import type { FastifyInstance } from 'fastify';
import type { LiveCases } from '../cases/live';

export interface AppDependencies extends OrderDesk, Authentication {
  version: string;
  /** A rehearsal may have a gateway behind which a real Jet stands: what is written there is written. */
  hasRealJet: boolean;
  logger: Logger;
}

/** Pages for people, beside the API and by its means only. */
export type Pages = (app: FastifyInstance, live: LiveCases) => Promise<void>;
