import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PortClaim } from '../../src/up/ports';

export const HOST = '127.0.0.1';
export const NAMESPACE = 'absage';
export const JOURNAL_DATABASE = 'absage';
export const TEMPORAL_ROLES = ['frontend', 'history', 'matching', 'worker'] as const;
export type TemporalRole = (typeof TEMPORAL_ROLES)[number];

/** With two of each, one may fail: that is what the cluster is for. */
export const TWINS = [1, 2] as const;

/** Where each part listens, in this order one after the other from the first port. */
const LISTENERS = [
  ['proxy', 'den Proxy'],
  ['server-1', 'die erste API'],
  ['server-2', 'die zweite API'],
  ['simulator', 'den Simulator'],
  ['mail', 'den E-Mail-Fänger'],
  ['mail-page', 'die Seite der E-Mails'],
  ['postgres', 'PostgreSQL'],
  ['frontend', 'Temporal (frontend)'],
  ['history', 'Temporal (history)'],
  ['matching', 'Temporal (matching)'],
  ['worker', 'Temporal (worker)'],
  ['frontend-member', 'Temporal (frontend, untereinander)'],
  ['history-member', 'Temporal (history, untereinander)'],
  ['matching-member', 'Temporal (matching, untereinander)'],
  ['worker-member', 'Temporal (worker, untereinander)'],
] as const;
/** So many ports does a cluster take. */
export const LISTENER_COUNT = LISTENERS.length;
export type Listener = (typeof LISTENERS)[number][0];

export interface ClusterOptions {
  /** Everything of the cluster lies there. The next one over the same folder goes on where this one ended. */
  folder: string;
  /** The parts listen from this port on, one after the other. */
  firstPort: number;
  /** Where the journal is; by default in the cluster's own PostgreSQL. */
  databaseUrl?: string;
  /** Our own settings, by their names, beside those that lead the parts to each other. */
  settings?: Readonly<Record<string, string | undefined>>;
}

/** By the role of the database. */
export interface Passwords {
  postgres: string;
  temporal: string;
  absage: string;
  /** Owns the tables of the journal; the service only writes into them. */
  absage_owner: string;
}

/** Which part runs where, and with what. Nothing of it has been started. */
export interface ClusterPlan {
  folder: string;
  ports: Readonly<Record<Listener, number>>;
  claims: PortClaim[];
  passwords: Passwords;
  /** `null`: the journal is elsewhere, where its tables are the administrator's business. */
  ownJournal: { databaseUrl: string; ownerUrl: string } | null;
  /** The settings of every role of ours. */
  environment: Record<string, string | undefined>;
  address: string;
  /** The environment as a file, with which the commands of an administrator reach the cluster: `node --env-file=`. */
  environmentFile: string;
}

/** At which people find a cluster whose parts listen from this port on. */
export const clusterAddress = (firstPort: number) => `https://${HOST}:${firstPort}`;

export function planCluster({ folder, firstPort, databaseUrl, settings = {} }: ClusterOptions): ClusterPlan {
  mkdirSync(folder, { recursive: true });
  // PostgreSQL's user, who is not root, has to get through to its own folder.
  chmodSync(folder, 0o711);
  const listeners = LISTENERS.map(([name, part], index) => ({ name, part, port: firstPort + index }));
  const ports = Object.fromEntries(listeners.map(({ name, port }) => [name, port])) as ClusterPlan['ports'];
  const address = clusterAddress(ports.proxy);
  const passwords = keepPasswords(join(folder, 'passwords.json'));
  const journalAs = (role: 'absage' | 'absage_owner') =>
    `postgres://${role}:${passwords[role]}@${HOST}:${ports.postgres}/${JOURNAL_DATABASE}`;
  const ownJournal =
    databaseUrl === undefined
      ? { databaseUrl: journalAs('absage'), ownerUrl: journalAs('absage_owner') }
      : null;
  const environment: ClusterPlan['environment'] = {
    ...settings,
    ABSAGE_PORT: String(ports['server-1']),
    ABSAGE_DATA: join(folder, 'absage'),
    ABSAGE_SYNC_INTERVAL: settings.ABSAGE_SYNC_INTERVAL ?? '20s',
    ABSAGE_PUBLIC_URL: address,
    ABSAGE_TRUSTED_PROXIES: HOST,
    ABSAGE_SIMULATOR_PORT: String(ports.simulator),
    ABSAGE_MAIL_PORT: String(ports.mail),
    ABSAGE_MAIL_UI_PORT: String(ports['mail-page']),
    ABSAGE_DATABASE_URL: databaseUrl ?? ownJournal?.databaseUrl,
    TEMPORAL_ADDRESS: `${HOST}:${ports.frontend}`,
    TEMPORAL_NAMESPACE: NAMESPACE,
    // A file that does not exist, in the place of the one in the user's home, which may lead to another server.
    TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml'),
  };
  return {
    folder,
    ports,
    claims: listeners.map(({ part, port }) => ({ setting: '--port', part, host: HOST, port })),
    passwords,
    ownJournal,
    environment,
    address,
    environmentFile: writeEnvironment(join(folder, 'cluster.env'), environment),
  };
}

function writeEnvironment(file: string, environment: ClusterPlan['environment']): string {
  const lines = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${JSON.stringify(value)}\n`],
  );
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}

/** Made at the first start. Without them every account of this machine could enter the databases. */
function keepPasswords(file: string): Passwords {
  if (!existsSync(file)) {
    const make = () => randomBytes(16).toString('hex');
    const passwords: Passwords = {
      postgres: make(),
      temporal: make(),
      absage: make(),
      absage_owner: make(),
    };
    writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
}
