import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { ensureReconciler } from '../../src/temporal/reconciler';
import type { TemporalDevServer } from '../../src/up/temporal-dev-server';
import { TestSimulator } from '../support/simulator';
import { startTemporal } from '../support/temporal-server';
import { pickPort } from '../support/ports';

/** Two installations on one namespace would carry out each other's cases. */
const CLI = join(__dirname, '../../dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'absage-second-'));
let temporal: TemporalDevServer;
let simulator: TestSimulator;

beforeAll(async () => {
  temporal = await startTemporal();
  simulator = await TestSimulator.start();
  const connection = await Connection.connect({ address: temporal.address });
  await ensureReconciler(new Client({ connection }), 'the-first-one');
  await connection.close();
});
afterAll(async () => {
  await temporal.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

it.each(['worker', 'server'])(
  'N4: the %s of a second one ends with 2, and says whose namespace it is',
  async (role) => {
    const port = await pickPort();
    const child = spawn(process.execPath, [CLI, role], {
      env: {
        PATH: process.env.PATH,
        ABSAGE_DATA: folder,
        ABSAGE_PORT: String(port),
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
