import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './options';

/** The machine and the versions on which the figures depend. */
export function describeEnvironment() {
  const [processor] = cpus();
  return {
    node: process.versions.node,
    temporalSdk: versionOf('@temporalio/worker'),
    temporalServer: serverVersion(),
    commit: said('git', ['describe', '--always', '--dirty']),
    cpus: cpus().length,
    processor: processor?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    platform: `${process.platform}-${process.arch}`,
    /** The load of the last minute before the bench: much above 0 means that another program was at work. */
    loadBefore: loadavg()[0],
  };
}

function versionOf(packageName: string): string {
  const manifest = readFileSync(join(ROOT, 'node_modules', packageName, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function serverVersion(): string | null {
  const tools = JSON.parse(readFileSync(join(ROOT, '.cache', 'tools.json'), 'utf8')) as { temporal: string };
  return said(process.env.TEMPORAL_CLI_PATH ?? tools.temporal, ['--version']);
}

function said(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
