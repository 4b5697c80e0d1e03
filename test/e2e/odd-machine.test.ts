import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePorts, UpProcess } from '../support/up-process';
import { expectCancelledOnce, withEvidence } from './oracle';
import { StagedCase } from './staged-case';

/*
 * `absage up` on a machine that is not as a developer's: variables name a proxy that takes no calls for this machine,
 * and the data folder has a name that means something else in a URI.
 */

const SYNC_INTERVAL_MS = 1_000;
const TIMEOUT_MS = 240_000;
const FOLDER = 'Ablage #1? 100% Bühne';

let base: string;
let proxy: Server;
let asked = 0;
let up: UpProcess;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'absage-odd-'));
  proxy = createServer((socket) => {
    asked += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(async () => {
  await up?.stop();
  proxy.close();
  rmSync(base, { recursive: true, force: true });
}, TIMEOUT_MS);

function proxies(): Record<string, string> {
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const names = ['grpc_proxy', 'https_proxy', 'http_proxy', 'all_proxy', 'HTTPS_PROXY', 'HTTP_PROXY'];
  return {
    ...Object.fromEntries(names.map((name) => [name, address])),
    no_proxy: 'localhost',
    NODE_USE_ENV_PROXY: '1',
  };
}

it(
  'starts twice in a folder of any name, asks nothing on this machine through a proxy, and cancels',
  withEvidence(
    () => up,
    async () => {
      const options = {
        dataDir: join(base, FOLDER),
        ports: await freePorts(),
        settings: {
          ...proxies(),
          ABSAGE_SYNC_INTERVAL: `${SYNC_INTERVAL_MS}ms`,
          ABSAGE_POLL_INTERVAL: '200ms',
        },
      };
      up = UpProcess.start(options);
      await up.ready();
      await up.stop();
      up = UpProcess.start(options);
      await up.ready();

      const connection = await Connection.connect({ address: up.temporalAddress });
      const temporal = new Client({ connection });
      const staged = new StagedCase(
        () => up,
        () => temporal,
        'FSP',
        '104233',
      );
      const before = await staged.event();
      await staged.start();
      await staged.untilAt('completed');
      await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
      await connection.close();

      expect(asked).toBe(0);
      expect(up.output).not.toContain('Proxy');
      expect(readdirSync(base)).toEqual([FOLDER]);
      expect(readdirSync(join(base, FOLDER))).toEqual(
        expect.arrayContaining(['journal.sqlite', 'temporal.sqlite']),
      );
    },
  ),
  TIMEOUT_MS,
);
