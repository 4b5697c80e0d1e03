import { ConfigError, inspectConfig, type Config, type Environment } from './environment';
import { partEnvironment, type PartName } from './parts';
import type { House } from '../domain/types';
import { loadHouses } from './houses';
import { findChangeableSecrets } from './private-files';
import { findSharedKeys } from './seal-keys';
import { findOpenTemporal, loadTemporalSettings, type TemporalSettings } from './temporal';
import { loadPeople } from './people';
import type { PeopleRule } from '../domain/people';
import { loadTokens, type ApiToken } from './tokens';

/** Everything that an operator has set up: the environment, and the files that it names. */
export interface Settings {
  /** The environment. */
  config: Config;
  houses: ReadonlyMap<string, House>;
  /** `null`: no log-in is asked for, which only a rehearsal allows. */
  tokens: readonly ApiToken[] | null;
  /** `null`: people do not log in with an account of their organisation. */
  people: readonly PeopleRule[] | null;
  temporal: TemporalSettings;
}

/** All of it, or a `ConfigError` that lists the faults of the environment and of all files at once. A part asks for its own. */
export function loadSettings(environment: Environment, part: PartName | null = null): Settings {
  const { config, houses, tokens, people, temporal, faults } = inspectSettings(environment, part);
  if (!config || !houses || !temporal || faults.length > 0) throw new ConfigError(faults);
  return { config, houses, tokens, people, temporal };
}

/** As `loadSettings`, for a caller that goes on with what there is. `null`: that part cannot be read. */
export function inspectSettings(
  environment: Environment,
  part: PartName | null = null,
): {
  config: Config | null;
  houses: Settings['houses'] | null;
  tokens: Settings['tokens'];
  people: Settings['people'];
  temporal: TemporalSettings | null;
  faults: string[];
} {
  const { config, faults } = inspectConfig(environment, undefined, part);
  if (!config) return { config, houses: null, tokens: null, people: null, temporal: null, faults };

  const orFaults = <T>(load: () => T): T | null => {
    try {
      return load();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
      return null;
    }
  };
  const houses = orFaults(() => loadHouses(config.housesFile));
  const { apiTokensFile } = config;
  // Without the houses every house of a token would be a fault too, and none of the tokens'.
  const tokens = apiTokensFile && houses && orFaults(() => loadTokens(apiTokensFile, houses));
  const { oidc } = config;
  const people = oidc && houses && orFaults(() => loadPeople(oidc.peopleFile, houses));
  const temporal = orFaults(() => loadTemporalSettings(config, environment));
  faults.push(...findSharedKeys(config));
  if (config.mode === 'production') {
    if (temporal) faults.push(...findOpenTemporal(temporal));
    faults.push(...findChangeableSecrets(config, part ? partEnvironment(part, environment) : environment));
  }
  return { config, houses, tokens: tokens || null, people, temporal, faults };
}
