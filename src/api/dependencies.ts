import type { Logger } from '../observability';
import type { OrderDesk } from '../cases/orders';
import type { PayloadReader } from '../cases/payloads';
import type { Authentication } from './auth';
import type { PerMinute } from './limits';
import type { Measure } from './measure';
import type { SecurityContact } from './security-txt';
import type { FastifyInstance } from 'fastify';
import type { DrawPdf } from '../protocol/pdf-thread';
import type { LiveCases } from '../cases/live';

export interface AppDependencies extends OrderDesk, Authentication {
  version: string;
  security: SecurityContact;
  /** Away from the thread that answers. */
  drawPdf: DrawPdf;
  /** The names that the server answers to beside those of this machine. */
  ownHosts: readonly string[];
  /** Reads what Temporal keeps of cases; `null`: it is not encrypted. */
  payloads: PayloadReader | null;
  limits: PerMinute;
  /** Proxies that are believed whom they pass on; none by default. */
  trustedProxies?: readonly string[];
  /** Until it resolves nothing is answered but health; at once by default. */
  begun?: Promise<unknown>;
  /** What a person should look at although everything works; nothing by default. */
  findWarnings?: () => string[];
  /** Counts what is answered and who logs in; absent: nobody counts. */
  measure?: Measure;
  logger: Logger;
}

/** Pages for people, beside the API. They do nothing that the API could not do. */
export interface Pages {
  register(app: FastifyInstance, live: LiveCases): Promise<void>;
  /** For a person who has mistyped an address. It knows nothing of them. */
  notFound(): string;
}
