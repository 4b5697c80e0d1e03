import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian, Ubuntu and Google's package put it. */
const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; `CHROMIUM_PATH` names another one. */
export async function launchChromium(): Promise<Browser> {
  const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : USUAL_PLACES;
  const executablePath = places.find((path) => existsSync(path));
  if (!executablePath) {
    const where = places.join(', ');
    throw new Error(`Chromium is missing (${where}): apt-get install chromium, or name one in CHROMIUM_PATH`);
  }
  // It refuses to run as root in its sandbox, which is what a container does.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
