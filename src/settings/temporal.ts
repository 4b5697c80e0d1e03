import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ConfigError, type Config, type Environment } from './environment';
import { isLoopback } from '../domain/loopback';
import { loadKeyFile, type KeyFile } from './key-file';
import { findGrpcProxy, grpcHost, type Proxy } from './proxy';

/** Temporal's address, how to log in there, and the namespace that cases live in. */
export interface TemporalSettings {
  connectionOptions: ClientConnectConfig['connectionOptions'] & { address: string };
  namespace: string;
  /** Absent: the server is asked directly, whatever the environment says to the libraries. */
  proxy?: Proxy;
  /** Absent: what Temporal keeps is not encrypted. */
  payloadKeys?: KeyFile;
}

/** A variable that leads to a server which `absage up` does not run. */
const LEADING_NAMES = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'];

/**
 * `TEMPORAL_*` as Temporal's own tools read it. A rehearsal that names no server means the one that `absage up`
 * starts on this machine: a profile in the user's home, which may lead to a cluster, is then not read.
 */
export function loadTemporalSettings(
  {
    mode,
    ports,
    payloadKeysFile = null,
  }: Pick<Config, 'mode' | 'ports'> & Partial<Pick<Config, 'payloadKeysFile'>>,
  environment: Environment,
): TemporalSettings {
  const isOwn = mode === 'rehearsal' && !LEADING_NAMES.some((name) => environment[name]);
  const { connectionOptions, namespace = 'default' } = isOwn ? { connectionOptions: {} } : read(environment);
  const address = connectionOptions.address ?? `127.0.0.1:${ports.temporal}`;
  const proxy = findGrpcProxy(address, environment);
  return {
    connectionOptions: { ...connectionOptions, address },
    namespace,
    ...(proxy && { proxy }),
    ...(payloadKeysFile !== null && { payloadKeys: loadKeyFile(payloadKeysFile) }),
  };
}

/**
 * What production does not do: reach Temporal through a network in the clear. Whoever listens there reads the cases, and
 * whoever answers there runs them.
 */
export function findOpenTemporal({ connectionOptions: { address, tls } }: TemporalSettings): string[] {
  if (tls || isLoopback(grpcHost(address))) return [];
  return [
    'TEMPORAL_ADDRESS führt unverschlüsselt zu einem anderen Rechner, production braucht dafür TLS (TEMPORAL_TLS=true, ein Zertifikat oder TEMPORAL_API_KEY)',
  ];
}

function read(environment: Environment): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: environment as Record<string, string> });
  } catch (error) {
    // Only what went wrong, never what stands in the file: it may hold a key.
    const { code, name } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      `TEMPORAL_*: Profil, Zertifikat oder Schlüssel kann nicht gelesen werden (${code ?? name})`,
    ]);
  }
}
