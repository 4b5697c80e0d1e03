import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(__dirname, '..', '..');
export const DEPLOY = join(ROOT, 'deploy');

/** One thing in `deploy`, tried with the tool that it is made for. */
export interface DeployCheck {
  name: string;
  /** Programs that have to be on the PATH, each with where it comes from. */
  needs: Readonly<Record<string, string>>;
  /** Resolves to what was seen, in one line. Rejects, with the tool's own words, where something is wrong. */
  run(): Promise<string>;
}

/** This machine cannot try it; the message says why. */
export class CannotTry extends Error {
  override readonly name = 'CannotTry';
}

/** Runs a program to its end and resolves to its standard output. Rejects with all that it has said. */
export async function call(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 64_000_000, ...options });
    return stdout;
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new Error([message.split('\n')[0], stdout, stderr].filter(Boolean).join('\n'), { cause: error });
  }
}

export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
