import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { transformFileSync } from '@swc/core';

const ROOT = join(__dirname, '../..');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Options {
  /** The typed input. It ends after this. */
  input?: string;
  env?: Record<string, string>;
  /** Reads the beginning of the output and closes it, as `head` does. */
  isImpatient?: boolean;
}

/**
 * Runs the command as users do, in a process of its own. Fails if its output shows a stack trace, whatever else
 * happens.
 */
export async function absage(
  args: readonly string[],
  { input = '', env = {}, isImpatient = false }: Options = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [compiledCli(), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  child.stdin.end(input);
  if (isImpatient) child.stdout.once('data', () => child.stdout.destroy());
  const [stdout, stderr, [code]] = await Promise.all([
    isImpatient ? '' : text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  expect(stdout + stderr).not.toMatch(/^\s+at |Error:|undefined|\[object/m);
  return { code, stdout, stderr };
}

/**
 * The commands, compiled once for as long as their sources stay the same. A loader that compiles at each start takes
 * several times as long as the command itself.
 */
function compiledCli(): string {
  const rooms = ['cli', 'protocol', 'domain'].flatMap((room) =>
    readdirSync(join(ROOT, 'src', room)).map((name) => `${room}/${name}`),
  );
  // The modules that `verify` needs. It does not need the page of a protocol.
  const others = [
    'cli.ts',
    'digest.ts',
    'journal/chain.ts',
    'journal/case-chain.ts',
    'journal/contact.ts',
    'journal/key-chain.ts',
    'settings/proxy.ts',
    'trust/signing.ts',
  ];
  const files = [...others, ...rooms.filter((name) => name.endsWith('.ts'))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, 'src', file)));
  const folder = join(ROOT, '.cache/test', `cli-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) compile(files, folder);
  return join(folder, 'src/cli.js');
}

function compile(files: readonly string[], folder: string): void {
  const draft = `${folder}.${process.pid}`;
  for (const file of files) {
    const { code } = transformFileSync(join(ROOT, 'src', file), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    });
    const path = join(draft, 'src', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  // The copy leaves out the package's name, because Jest complains about two packages of the same name.
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ version }));
  try {
    renameSync(draft, folder);
  } catch {
    // Another test file compiled them first.
    rmSync(draft, { recursive: true });
  }
}
