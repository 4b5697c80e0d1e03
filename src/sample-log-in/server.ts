import { ConfigError, type Config } from '../settings/environment';
import { loadHouses } from '../settings/houses';
import type { Logger } from '../observability';
import { samplePeople } from './people';
import { buildSampleProvider } from './provider';

/** Public, and worth nothing: it opens no door but that of the sample provider. */
export const SAMPLE_CLIENT = { clientId: 'absage', clientSecret: 'uebung' } as const;

/**
 * The log-in of `absage up --with-log-in`, on this machine only: everybody may be anybody there. Rejects with a `ConfigError` in
 * production.
 */
export async function startSampleLogIn(
  config: Pick<Config, 'mode' | 'housesFile' | 'publicUrl' | 'ports'>,
  logger: Logger,
): Promise<{ stop(): Promise<void> }> {
  if (config.mode === 'production')
    throw new ConfigError([
      'ABSAGE_MODE ist production, die Anmeldestelle zum Üben gibt es nur im Probebetrieb',
    ]);
  const { sampleLogIn: port } = config.ports;
  const people = samplePeople(firstHouse(loadHouses(config.housesFile)));
  const { app } = await buildSampleProvider(
    {
      issuer: `http://127.0.0.1:${port}`,
      ...SAMPLE_CLIENT,
      publicUrl: config.publicUrl,
      people: () => people,
    },
    logger,
  );
  await app.listen({ host: '127.0.0.1', port });
  logger.info({ port }, 'sample log-in listens');
  return { stop: () => app.close() };
}

/** The house whose box office and lead the sample people are. */
export function firstHouse(houses: ReadonlyMap<string, unknown>): string {
  const [key = ''] = houses.keys();
  return key;
}
