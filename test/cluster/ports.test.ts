import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Neither builds nor starts anything. */
function start(port: string): { status: number | null; stderr: string } {
  const args = ['--import', 'tsx', 'scripts/cluster.ts', '--port', port];
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

it.each(['80', '32754', '65000', 'x'])(
  'refuses %s as the first port: Temporal used to end over one that its schema cannot hold',
  (port) => {
    const { status, stderr } = start(port);
    expect(stderr).toBe('--port ist eine Zahl von 1024 bis 32753.\n');
    expect(status).toBe(1);
  },
);
