import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'absage-up-'))));
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Runs `absage up` until it ends by itself: each of these cases ends before any part is started. */
async function up(environment: Record<string, string>) {
  const child = spawn(process.execPath, [CLI, 'up'], {
    env: {
      PATH: process.env.PATH,
      TEMPORAL_CLI_PATH: '/nowhere/temporal',
      ABSAGE_DATA: dataDir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

it('says by name which port somebody else uses, and starts nothing', async () => {
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  const { code, said } = await up({ ABSAGE_PORT: String(port) });
  stranger.close();
  expect(code).toBe(1);
  expect(said).toContain(`ABSAGE_PORT: Port ${port} für die API ist schon von einem anderen Programm belegt`);
  expect(readdirSync(dataDir)).toEqual([]);
});

it('says all faulty settings and ends with 2', async () => {
  const { code, said } = await up({ ABSAGE_SYNC_INTERVAL: '20', ABSAGE_MAIL_PORT: 'mail' });
  expect(code).toBe(2);
  expect(said).toMatch(/ABSAGE_SYNC_INTERVAL .*\n.*ABSAGE_MAIL_PORT /);
  expect(readdirSync(dataDir)).toEqual([]);
});
