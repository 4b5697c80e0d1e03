import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildApp } from '../../src/api/app';
import type { AppDependencies } from '../../src/api/dependencies';
import { logSecurityOf } from '../../src/api/security-log';
import { logInByToken } from '../../src/cases/log-in';
import { PersonSessions } from '../../src/cases/person-sessions';
import { Sessions } from '../../src/cases/sessions';
import { consolePages } from '../../src/console/console';
import { OpenIdProvider } from '../../src/oidc/provider';
import type { OidcSettings } from '../../src/settings/oidc';
import { hashToken, type ApiToken } from '../../src/settings/tokens';
import type { ApiStage } from './api-stage';
import { RULES } from './oidc';
import { pickPort } from './ports';

const HOUR = 3_600_000;
const TIMES = { idleMs: 2 * HOUR, maxMs: 12 * HOUR };

/** A line of the log of security. */
export interface SecurityLine {
  security: string;
  who: string;
  from: string | null;
  route: string | null;
  reason?: string;
}

export interface AccountServer {
  app: FastifyInstance;
  url: string;
}

/** Servers to which people log in with an account, on one database as behind a proxy. */
export class AccountServers {
  /** How far the clock of the log-ins is ahead. */
  aheadMs = 0;
  private log: Partial<SecurityLine>[] = [];
  private readonly servers: AccountServer[] = [];
  private readonly sessionKey = randomBytes(32);
  private readonly logger = pino(
    new Writable({
      write: (line, _encoding, done) => {
        this.log.push(JSON.parse(String(line)) as Partial<SecurityLine>);
        done();
      },
    }),
  );

  /** `publicUrl`: under which the provider knows Absage. */
  constructor(
    private readonly stage: ApiStage,
    private readonly settings: Omit<OidcSettings, 'peopleFile'>,
    private readonly publicUrl: string,
    private readonly tokens: readonly ApiToken[] = [],
  ) {}

  /** Starts one more server. */
  async start(port?: number, changes: Partial<AppDependencies> = {}): Promise<AccountServer> {
    const { journal } = this.stage;
    const now = () => Date.now() + this.aheadMs;
    const logIn = logInByToken(this.tokens, hashToken, now);
    const provider = new OpenIdProvider(this.settings, this.publicUrl);
    const rules = () => RULES;
    const report = (event: Parameters<typeof logSecurityOf>[1]) => logSecurityOf(this.logger, event);
    const people = new PersonSessions(
      journal.sessions,
      { provider, rules, key: this.sessionKey, report },
      now,
    );
    const sessions = new Sessions(journal.sessions, logIn, TIMES, now, people);
    const { logger, sessionKey } = this;
    const deps = { ...this.stage.deps, isRehearsal: false, arePeopleKnown: true, logIn, logger, ...changes };
    const { rolesClaim } = this.settings;
    const account = { provider, rules, rolesClaim, hasTokens: this.tokens.length > 0 };
    const session = { sessionKey, isSecure: false, sessions, forms: journal.forms };
    const app = await buildApp(deps, consolePages({ ...deps, ...account, ...session }));
    const url = await app.listen({ host: '127.0.0.1', port: port ?? (await pickPort()) });
    const server = { app, url };
    this.servers.push(server);
    return server;
  }

  /** From the last `forget` on. */
  get lines(): readonly Partial<SecurityLine>[] {
    return this.log;
  }

  get securityLines(): SecurityLine[] {
    return this.log.filter((line): line is SecurityLine => line.security !== undefined);
  }

  /** The right time again, and an empty log. */
  forget(): void {
    this.log = [];
    this.aheadMs = 0;
  }

  async close(): Promise<void> {
    for (const { app } of this.servers.splice(0)) await app.close();
  }
}
