import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { startTemporalDevServer, type TemporalDevServer } from '../../src/up/temporal-dev-server';
import { startTemporal } from '../support/temporal-server';
import { turnOf, type URGENCY } from '../../src/domain/urgency';
import { setRetention } from '../../src/up/temporal-namespace';
import { eventually } from '../support/eventually';
import { pickPort, pickPorts } from '../support/ports';

const FLOOD = 60;
const RETENTION_SECONDS = 90 * 24 * 60 * 60;

let folder: string;
let temporal: TemporalDevServer;
let connection: Connection;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-temporal #1? 100% Bühne -'));
  port = await pickPort();
  await start();
});

afterAll(async () => {
  await connection.close();
  await temporal.stop();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  const executable = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
  temporal = startTemporalDevServer({
    executable,
    port,
    uiPort: null,
    databaseFile: join(folder, 'temporal.sqlite'),
  });
  await temporal.ready;
  connection = await Connection.connect({ address: temporal.address });
}

it('knows the search attributes', async () => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  expect(Object.keys(customAttributes ?? {}).sort()).toEqual([
    'CancellationStep',
    'EventNumber',
    'House',
    'NeedsAttention',
    'PerformanceAt',
    'Series',
  ]);
});

it('runs an activity that stands alone', async () => {
  const native = await NativeConnection.connect({ address: temporal.address });
  const activities = { double: (value: number) => Promise.resolve(value * 2) };
  const worker = await Worker.create({ connection: native, taskQueue: 'alone', activities });
  const client = new Client({ connection });
  const options = { id: 'alone/1', taskQueue: 'alone', args: [21], scheduleToCloseTimeout: '10s' } as const;
  expect(await worker.runUntil(client.activity.execute('double', options))).toBe(42);
  await native.close();
});

// 60 searches of one house used to go before the one order of another.
it('takes the houses in turn, and what is more urgent first', async () => {
  const client = new Client({ connection });
  const taskQueue = 'in-turn';
  const start = (id: string, urgency: keyof typeof URGENCY, house: string) =>
    client.activity.start('call', {
      ...{ id, taskQueue, args: [id], scheduleToCloseTimeout: '60s' },
      priority: turnOf(urgency, house),
    });
  const taken: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const call = (id: string) => (id === 'gate' ? gate : Promise.resolve(void taken.push(id)));
  const native = await NativeConnection.connect({ address: temporal.address });
  const worker = await Worker.create({
    ...{ connection: native, taskQueue, activities: { call } },
    maxConcurrentActivityTaskExecutions: 1,
  });
  const running = worker.run();
  const handles = [await start('gate', 'write', 'FSP')];
  for (let index = 0; index < FLOOD; index += 1) handles.push(await start(`flood-${index}`, 'search', 'FSP'));
  handles.push(await start('of another house', 'search', 'LTN'), await start('a write', 'write', 'FSP'));
  // What was started is in the queue a moment later.
  const isActivity = 2;
  await eventually(
    async () => {
      const { stats } = await connection.workflowService.describeTaskQueue({
        ...{ namespace: 'default', taskQueue: { name: taskQueue }, taskQueueType: isActivity },
        reportStats: true,
      });
      return Number(stats?.approximateBacklogCount ?? 0);
    },
    (count) => count >= FLOOD + 2,
  );
  open();
  await Promise.all(handles.map((handle) => handle.result()));
  worker.shutdown();
  await running;
  await native.close();
  expect(taken).toHaveLength(FLOOD + 2);
  // They were the last to come.
  expect(taken.indexOf('a write')).toBeLessThan(FLOOD / 2);
  expect(taken.indexOf('of another house')).toBeLessThan(FLOOD / 2);
});

it('keeps runs and retention when it is killed', async () => {
  await setRetention(temporal.address);
  const { workflow } = new Client({ connection });
  await workflow.start('sleeping', { taskQueue: 'nobody', workflowId: 'sleeping/1' });
  const ended = once(temporal.child, 'exit');
  temporal.child.kill('SIGKILL');
  await ended;
  await connection.close();

  await start();
  const handle = new Client({ connection }).workflow.getHandle('sleeping/1');
  expect((await handle.describe()).status.name).toBe('RUNNING');
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(RETENTION_SECONDS);
  expect(readdirSync(folder)).toContain('temporal.sqlite');
});

it('says why it did not start', async () => {
  const executable = join(folder, 'no-such-program');
  const unused = await pickPort();
  const failed = startTemporalDevServer({
    executable,
    port: unused,
    uiPort: null,
    databaseFile: null,
  });
  await expect(failed.ready).rejects.toThrow('ENOENT');
  await failed.stop();
});

/** The addresses that a process listens on, as Linux shows them: hexadecimal, each group of four bytes backwards. */
function listeningAddresses(pid: number): string[] {
  const descriptors = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
  const rows = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n'),
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && descriptors.includes(`socket:[${inode}]`))
    .map(([, address = '']) => address);
}

describe('with its Web UI', () => {
  let withUi: TemporalDevServer;
  let httpPort: number;
  let uiPort: number;
  beforeAll(async () => {
    [httpPort = 0, uiPort = 0] = await pickPorts(2);
    withUi = await startTemporal({ httpPort, uiPort });
  });
  afterAll(() => withUi.stop());

  it('speaks HTTP at the port that it was given', async () => {
    const { status } = await fetch(`http://127.0.0.1:${httpPort}/api/v1/system-info`);
    expect(status).toBe(200);
  });

  it('does not let the Web UI call home', async () => {
    const settings = (await (await fetch(`http://127.0.0.1:${uiPort}/api/v1/settings`)).json()) as object;
    expect(settings).toMatchObject({ DisableNewsFetch: true });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('listens on this machine only', () => {
    const addresses = listeningAddresses(withUi.child.pid ?? 0);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    // 127.0.0.1, in both ways that Linux writes it.
    for (const address of addresses) expect(address).toMatch(/^(0000000000000000FFFF0000)?0100007F:/);
  });
});
