import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { firstHouse, SAMPLE_CLIENT } from '../sample-log-in/server';
import { samplePeople, sampleRules, type SamplePerson } from '../sample-log-in/people';
import { ConfigError, loadConfig, type Environment } from '../settings/environment';
import { loadHouses } from '../settings/houses';
import { createWhole, replaceWhole } from '../settings/whole-file';

/** The log-in to practise with: what it changes in the settings, and who can log in. */
export interface SampleLogIn {
  settings: Record<string, string>;
  people: readonly SamplePerson[];
}

/** Every setting of the log-in comes from here: half of another one would let nobody in. */
const OWN = /^ABSAGE_(OIDC_\w+|PEOPLE)$/;

/** Writes the people file. Throws a `ConfigError` in production, and where another log-in is set up. */
export function prepareSampleLogIn(environment: Environment): SampleLogIn {
  const others = Object.keys(environment).filter((name) => OWN.test(name) && environment[name]);
  if (others.length > 0)
    throw new ConfigError([
      `--with-log-in bringt eine eigene Anmeldung mit: bitte ${others.join(', ')} weglassen, oder ohne --with-log-in starten`,
    ]);
  if (environment.ABSAGE_MODE === 'production')
    throw new ConfigError(['--with-log-in gibt es nur im Probebetrieb: dort darf jede und jeder alles sein']);
  const { housesFile, dataDir, ports } = loadConfig(environment);
  const house = firstHouse(loadHouses(housesFile));
  const peopleFile = join(dataDir, 'sample-people.json');
  mkdirSync(dataDir, { recursive: true });
  writeAnew(peopleFile, `${JSON.stringify(sampleRules(house), null, 2)}\n`);
  return {
    settings: {
      ABSAGE_OIDC_ISSUER: `http://127.0.0.1:${ports.sampleLogIn}`,
      ABSAGE_OIDC_CLIENT_ID: SAMPLE_CLIENT.clientId,
      ABSAGE_OIDC_CLIENT_SECRET: SAMPLE_CLIENT.clientSecret,
      ABSAGE_PEOPLE: peopleFile,
    },
    people: samplePeople(house),
  };
}

/** At each start, because the houses may be others. */
function writeAnew(file: string, content: string): void {
  if (!createWhole(file, content)) replaceWhole(file, content);
}
