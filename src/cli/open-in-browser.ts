import { spawn } from 'node:child_process';

/** Takes the address as one argument and gives it to the browser of this person; no shell reads it. */
type Opener = readonly [command: string, ...options: string[]];

const OPENERS: Partial<Record<NodeJS.Platform, Opener>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens a page in the browser. Where there is none nothing happens: its address has been written already. */
export function openInBrowser(
  address: string,
  [command, ...options]: Opener = OPENERS[process.platform] ?? ['xdg-open'],
): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, [...options, address], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
