import { isLoopback } from '../domain/loopback';
import type { Peer } from '../metrics/certificates';
import type { Config } from '../settings/environment';
import { findFetchProxy } from '../settings/proxy';
import type { TemporalSettings } from '../settings/temporal';

/** Whose certificates the worker lives by. What is reached through a proxy, or on this machine, shows it nothing. */
export function peersOfWorker(
  { jet, smtp, databaseUrl }: Config,
  { connectionOptions: { address, tls }, proxy }: TemporalSettings,
  environment: NodeJS.ProcessEnv,
): Peer[] {
  const { host, port, isImplicitTls, isStartTlsRequired } = smtp.server;
  return [
    ...peerOfUrl('jet', jet.url, environment),
    ...(isImplicitTls || isStartTlsRequired
      ? [{ name: 'mail', host, port, begins: isImplicitTls ? 'at-once' : 'smtp' } as const]
      : []),
    ...(tls && !proxy
      ? [{ name: 'temporal', ...addressParts(address, 7233), begins: 'at-once' } as const]
      : []),
    ...peerOfDatabase(databaseUrl),
  ];
}

/** Whose certificates people log in by. */
export function peersOfServer({ publicUrl, oidc }: Config, environment: NodeJS.ProcessEnv): Peer[] {
  return [
    ...peerOfUrl('console', publicUrl, environment),
    ...(oidc ? peerOfUrl('log-in', oidc.issuer, environment) : []),
  ];
}

function peerOfUrl(name: Peer['name'], url: string, environment: NodeJS.ProcessEnv): Peer[] {
  const { protocol, host } = new URL(url);
  if (protocol !== 'https:' || findFetchProxy(url, environment)) return [];
  return [{ name, ...addressParts(host, 443), begins: 'at-once' }];
}

function peerOfDatabase(databaseUrl: string): Peer[] {
  const { protocol, hostname, host, searchParams } = new URL(databaseUrl);
  if (protocol === 'file:') return [];
  const isEncrypted = searchParams.has('sslmode') || searchParams.has('sslrootcert') || !isLoopback(hostname);
  return isEncrypted ? [{ name: 'database', ...addressParts(host, 5432), begins: 'postgres' }] : [];
}

function addressParts(address: string, usualPort: number): Pick<Peer, 'host' | 'port'> {
  const { hostname, port } = new URL(`tls://${address.replace(/^[a-z]+:\/\//, '')}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}
