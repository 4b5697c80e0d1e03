import { localUser } from './cli/local-user';
import type { Actor } from './domain/actor';
import { ConfigError, type Config, type Environment } from './settings/environment';
import { inspectSettings } from './settings/settings';

/** The settings of the service, also where those of other parts are faulty. */
export function readConfig(environment: Environment): Config {
  const { config, faults } = inspectSettings(environment);
  if (!config) throw new ConfigError(faults);
  return config;
}

/** Whoever runs a command of the administrator, as the operating system knows them. */
export function whoRuns(command: string): Actor {
  const user = localUser();
  return {
    actor: `${command} (${user ?? 'Benutzer ohne Namen'})`,
    actorId: user === null ? null : `os:${user}`,
  };
}
