import { BlockList, isIPv4 } from 'node:net';
import { isLoopback } from '../domain/loopback';
import { parseUrl } from '../domain/url';
import type { Logger } from '../observability';
import type { Environment } from './environment';

/** An HTTP proxy that a variable of the environment names for another machine. */
export interface Proxy {
  /** The variable that names it. */
  name: string;
  /** Host and port, without user and password. */
  address: string;
  credentials: { username: string; password: string } | null;
}

/** This machine, as addresses name it. Node's `fetch` knows no ranges, and URLs put the last one into brackets. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1', '[::1]'];

/**
 * Takes this machine out of what the variables send through a proxy, for everything that this process and its children
 * load: Node's own `fetch` follows them where `NODE_USE_ENV_PROXY` is set, and makes no exception by itself.
 */
export function exemptThisMachine(environment: Record<string, string | undefined>): void {
  const given = environment.no_proxy ?? environment.NO_PROXY ?? '';
  const merged = [given, ...THIS_MACHINE].filter(Boolean).join(',');
  environment.no_proxy = merged;
  environment.NO_PROXY = merged;
}

/**
 * The proxy on the way to a gRPC server, by the variables that gRPC reads, or `null`. The decision holds for client and
 * worker, of whose libraries only one reads the environment. Never for this machine.
 *
 * @example findGrpcProxy('temporal.example:7233', { https_proxy: 'http://proxy.example:3128' })?.name // 'https_proxy'
 */
export function findGrpcProxy(address: string, environment: Environment): Proxy | null {
  const host = grpcHost(address);
  const exempt = environment.no_grpc_proxy || environment.no_proxy || '';
  if (isLoopback(host) || isExemptInGrpc(host, exempt)) return null;
  const proxy = firstOf(['grpc_proxy', 'https_proxy', 'http_proxy'], environment);
  return proxy?.isPlain ? proxy : null;
}

/**
 * The proxy on the way of Node's `fetch`, or `null`; it follows the variables only where `NODE_USE_ENV_PROXY` or an
 * option says so. Never for this machine.
 */
export function findFetchProxy(
  url: string,
  environment: Environment,
  isFollowed = followsEnvironment(),
): Proxy | null {
  const { protocol } = new URL(url);
  const host = hostOf(url);
  const exempt = environment.no_proxy ?? environment.NO_PROXY ?? '';
  if (!isFollowed || isLoopback(host) || isExemptInFetch(host, exempt)) return null;
  const https = ['https_proxy', 'HTTPS_PROXY'];
  return firstOf([...(protocol === 'https:' ? https : []), 'http_proxy', 'HTTP_PROXY'], environment);
}

/** Names a proxy in the log, because a person who looks for a fault would not expect it. */
export function warnOfProxy(logger: Logger, what: string, proxy: Proxy | null | undefined): void {
  if (proxy) logger.warn({ proxy: proxy.address, variable: proxy.name }, `${what} is asked through a proxy`);
}

/** Whether `fetch` follows the variables: there is no other way to ask than by the name of what it sends with. */
function followsEnvironment(): boolean {
  const { [Symbol.for('undici.globalDispatcher.1')]: sender } = globalThis as Record<
    symbol,
    object | undefined
  >;
  return sender?.constructor.name === 'EnvHttpProxyAgent';
}

function firstOf(names: readonly string[], environment: Environment): (Proxy & { isPlain: boolean }) | null {
  const name = names.find((candidate) => environment[candidate]);
  const value = name && environment[name];
  if (!name || !value || !parseUrl(value)) return null;
  const { protocol, hostname, port, username, password } = new URL(value);
  const isPlain = protocol === 'http:';
  return {
    name,
    address: `${hostname}:${port || (isPlain ? 80 : 443)}`,
    credentials: username
      ? { username: decodeURIComponent(username), password: decodeURIComponent(password) }
      : null,
    isPlain,
  };
}

/** Ends of host names, and ranges of addresses. */
function isExemptInGrpc(host: string, exempt: string): boolean {
  if (exempt === '') return false;
  return exempt.split(',').some((entry) => isInRange(host, entry) || host.endsWith(entry));
}

function isInRange(host: string, range: string): boolean {
  const [start = '', length = ''] = range.split('/');
  if (!isIPv4(host) || !isIPv4(start) || !/^([0-9]|[12][0-9]|3[0-2])$/.test(length)) return false;
  const list = new BlockList();
  list.addSubnet(start, Number(length));
  return list.check(host);
}

/** Whole host names, ends of them after a dot or an asterisk, and `*` for everything. */
function isExemptInFetch(host: string, exempt: string): boolean {
  return exempt
    .split(/[,\s]/)
    .map((entry) => entry.replace(/:[0-9]+$/, '').toLowerCase())
    .filter(Boolean)
    .some(
      (entry) =>
        entry === '*' || entry === host || (/^[.*]/.test(entry) && host.endsWith(entry.replace(/^\*/, ''))),
    );
}

function hostOf(url: string): string {
  return parseUrl(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

/** The host of a gRPC address, which may come with a scheme. */
export function grpcHost(address: string): string {
  return hostOf(`grpc://${address.replace(/^[a-z]+:\/\//, '')}`);
}
