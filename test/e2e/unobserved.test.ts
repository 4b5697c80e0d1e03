import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePorts, UpProcess } from '../support/up-process';
import { withEvidence } from './oracle';
import { StagedCase } from './staged-case';

/* Nobody who has not asked for it is measured: where no setting wants metrics or traces, no port is opened and nobody is spoken to. */

const TIMEOUT_MS = 240_000;
const isLinux = process.platform === 'linux';

let up: UpProcess;
let connection: Connection;

beforeAll(async () => {
  up = UpProcess.start({
    dataDir: mkdtempSync(join(tmpdir(), 'absage-unobserved-')),
    ports: await freePorts(),
    settings: { ABSAGE_SYNC_INTERVAL: '1s', ABSAGE_POLL_INTERVAL: '250ms' },
  });
  await up.ready();
  connection = await Connection.connect({ address: up.temporalAddress });
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up.stop();
  rmSync(up.options.dataDir, { recursive: true, force: true });
}, TIMEOUT_MS);

interface Sockets {
  /** Ports on which the process listens. */
  own: number[];
  /** Ports to which it is connected, or is just connecting. */
  others: number[];
}

const LISTENS = '0A';

/** As the kernel shows them for a process. */
function socketsOf(pid: number): Sockets {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // it was closed meanwhile
    }
  });
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , , , , , , , inode = '']) => inodes.includes(inode)),
  );
  const portIn = (address = '') => parseInt(address.split(':')[1] ?? '', 16);
  const listening = rows.filter(([, , , state]) => state === LISTENS);
  const localPorts = listening.map(([, local]) => portIn(local));
  const connected = rows.filter((row) => !listening.includes(row) && !localPorts.includes(portIn(row[1])));
  return { own: localPorts, others: connected.map(([, , remote]) => portIn(remote)) };
}

(isLinux ? it : it.skip)(
  'opens no port for metrics and sends nobody a trace, through a whole case',
  withEvidence(
    () => up,
    async () => {
      const { ports } = up.options;
      const own = new Set<string>();
      const others = new Set<number>();
      const look = () => {
        for (const part of ['worker', 'server']) {
          const sockets = socketsOf(up.pidOf(part));
          for (const port of sockets.own) own.add(`${part} ${port}`);
          for (const port of sockets.others) others.add(port);
        }
      };
      const staged = new StagedCase(
        () => up,
        () => new Client({ connection }),
        'FSP',
        '104233',
      );
      await staged.start();
      await staged.until(({ state }) => {
        look();
        return state === 'completed';
      });
      look();
      expect([...own]).toEqual([`server ${ports.api}`]);
      const known = [ports.temporal, ports.simulator, ports.mail];
      expect([...others].filter((port) => !known.includes(port))).toEqual([]);
      expect(others.has(ports.temporal)).toBe(true);
    },
  ),
  TIMEOUT_MS,
);
