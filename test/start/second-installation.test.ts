import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { ensureReconciler } from '../../src/temporal/reconciler';
import { startTemporalDevServer, type TemporalDevServer } from '../../src/up/temporal-dev-server';
import { TestSimulator } from '../support/simulator';

/** Two installations on one namespace would carry out each other's cases. */
const CLI = join(__dirname, '../../src/cli.ts');
const folder = mkdtempSync(join(tmpdir(), 'absage-second-'));
let temporal: TemporalDevServer;
let simulator: TestSimulator;

beforeAll(async () => {
  const executable = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
  temporal = startTemporalDevServer({ executable, port: await freePort(), uiPort: null, databaseFile: null });
  simulator = await TestSimulator.start();
  await temporal.ready;
  const connection = await Connection.connect({ address: temporal.address });
  await ensureReconciler(new Client({ connection }), 'the-first-one');
  await connection.close();
});
afterAll(async () => {
  await temporal.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it.each(['worker', 'server'])(
  'N4: the %s of a second one ends with 2, and says whose namespace it is',
  async (role) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CLI, role], {
      env: {
        PATH: process.env.PATH,
        ABSAGE_DATA: folder,
        ABSAGE_PORT: String(await freePort()),
        ABSAGE_JET_URL: `${simulator.url}/jet/v1`,
        TEMPORAL_ADDRESS: temporal.address,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(said).toMatch(/gehört einer anderen Absage-Installation \(the-first-one\)/);
    expect(code).toBe(2);
  },
);
