import { logSecurityOf } from '../api/security-log';
import type { IdentityProvider } from '../cases/identity-provider';
import { PersonSessions } from '../cases/person-sessions';
import type { PeopleRule } from '../domain/people';
import type { SessionStore } from '../journal/port';
import type { Logger } from '../observability';
import { OpenIdProvider } from '../oidc/provider';
import type { Config } from '../settings/environment';
import { PeopleFile } from '../settings/people';

/** The log-in with an account of the organisation, ready to be asked. */
export interface PeopleLogIn {
  provider: IdentityProvider;
  rules: () => readonly PeopleRule[];
  rolesClaim: string;
  sessions: PersonSessions;
  /** What is wrong with the people file now; `null`: nothing. */
  fault(): string | null;
  stop(): void;
}

/**
 * `null`: there is no such log-in. The issuer is first asked when somebody logs in: one that is away for a while is no reason not
 * to start. `key`: seals what it gives us. Throws a `ConfigError` for a people file with faults.
 */
export function openPeopleLogIn(
  config: Pick<Config, 'oidc' | 'publicUrl' | 'mode' | 'dataDir'>,
  {
    houses,
    store,
    key,
    logger,
  }: {
    houses: ReadonlyMap<string, unknown>;
    store: SessionStore;
    key: Buffer;
    logger: Logger;
  },
): PeopleLogIn | null {
  const { oidc } = config;
  if (!oidc) return null;
  const file = new PeopleFile(oidc.peopleFile, houses, logger, {
    guardedFor: config.mode === 'production' ? config.dataDir : undefined,
  });
  const provider = new OpenIdProvider(oidc, config.publicUrl);
  const rules = () => file.now;
  return {
    provider,
    rules,
    rolesClaim: oidc.rolesClaim,
    sessions: new PersonSessions(store, {
      provider,
      rules,
      key,
      report: (event) => logSecurityOf(logger, event),
    }),
    fault: () => file.fault,
    stop: () => file.stop(),
  };
}
