import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchRole } from '../../src/up/part';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-role-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The heap limit of a role's process, in MB, as its own engine reports it. */
async function heapOf(role: string, environment: Record<string, string> = {}): Promise<number> {
  const cli = join(folder, 'cli.js');
  writeFileSync(
    cli,
    `process.send(require('node:v8').getHeapStatistics().heap_size_limit, () => process.exit())`,
  );
  const { child } = launchRole(role, cli, { PATH: process.env.PATH, ...environment }, [
    'ignore',
    'inherit',
    'inherit',
  ]);
  const [limit] = (await once(child, 'message')) as [number];
  await once(child, 'exit');
  return limit / 2 ** 20;
}

it('keeps the heap of a worker small, whatever memory the machine has', async () => {
  const heap = await heapOf('worker');
  expect(heap).toBeGreaterThanOrEqual(384);
  expect(heap).toBeLessThan(500);
});

it('lets a size in NODE_OPTIONS count more', async () => {
  expect(await heapOf('worker', { NODE_OPTIONS: '--max-old-space-size=900' })).toBeGreaterThanOrEqual(900);
});

it('leaves the other roles as they are', async () => {
  expect(await heapOf('server', { NODE_OPTIONS: '--max-old-space-size=900' })).toBeGreaterThanOrEqual(900);
});
