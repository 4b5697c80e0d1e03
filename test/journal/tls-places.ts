import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Certified } from '../support/own-authority';
import { own } from '../support/postgres-process';
import { PostgresServer } from '../support/postgres-server';
import { TlsFront } from '../support/tls-front';

/** A PostgreSQL that speaks TLS. */
export interface TlsPlace {
  /** The address of an empty database, without parameters. */
  url: string;
  /** The certificate that the server shows to whoever comes next. */
  present(certified: Certified): Promise<void>;
  /** The protocol of each connection of Absage, as the server sees it. */
  protocols(): string[];
  stop(): Promise<void>;
}

/** The PostgreSQL of the tests is built without TLS: a process before it speaks it. */
export async function startBehindFront(_folder: string, certified: Certified): Promise<TlsPlace> {
  const postgres = await PostgresServer.start();
  const front = await TlsFront.before(postgres.port, certified);
  const url = new URL(await postgres.createDatabase());
  url.port = String(front.address);
  return {
    url: url.href,
    async present(other) {
      front.present(other);
    },
    protocols: () => front.protocols,
    async stop() {
      await front.close();
      await postgres.stop();
    },
  };
}

const DEBIAN = '/usr/lib/postgresql';

/** The programs of a PostgreSQL on this machine that was built with TLS. */
export function findWithTls(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const bins = [
    process.env.POSTGRES_BIN_PATH ?? '',
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  const hasTls = (bin: string) => /with-(ssl|openssl)/.test(buildOf(bin));
  return bins.find((bin) => existsSync(join(bin, 'initdb')) && hasTls(bin)) ?? null;
}

const buildOf = (bin: string) =>
  spawnSync(join(bin, 'pg_config'), ['--configure'], { encoding: 'utf8' }).stdout ?? '';

/** Its own TLS. Its user, who is not root, must be able to get into the folder. */
export async function startWithOwnTls(bin: string, folder: string, certified: Certified): Promise<TlsPlace> {
  process.env.POSTGRES_BIN_PATH = bin;
  const inUse = { ssl_key_file: join(folder, 'key.pem'), ssl_cert_file: join(folder, 'certificate.pem') };
  const lay = ({ keyFile, certificateFile }: Certified) => {
    copyFileSync(keyFile, inUse.ssl_key_file);
    copyFileSync(certificateFile, inUse.ssl_cert_file);
    for (const file of Object.values(inUse)) {
      chmodSync(file, 0o600);
      own(file);
    }
  };
  lay(certified);
  const postgres = await PostgresServer.start({ settings: { ssl: 'on', ...inUse } });
  const url = await postgres.createDatabase();
  const seen = `select version from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'absage'`;
  return {
    url,
    async present(other) {
      lay(other);
      await postgres.halt();
      await postgres.start();
    },
    protocols: () => postgres.query(seen).split('\n').filter(Boolean),
    stop: () => postgres.stop(),
  };
}
