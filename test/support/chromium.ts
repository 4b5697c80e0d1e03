import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The paths in the packages of Debian, Ubuntu and Google. */
const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; `CHROMIUM_PATH` names another one. */
export async function launchChromium(): Promise<Browser> {
  const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : USUAL_PLACES;
  const executablePath = places.find((path) => existsSync(path));
  if (!executablePath) {
    const where = places.join(', ');
    throw new Error(`Chromium is missing (${where}): apt-get install chromium, or name one in CHROMIUM_PATH`);
  }
  // Chromium refuses to run in its sandbox as root, the user of most containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
