import { launchChromium } from '../support/chromium';

it('says how to get a browser where there is none, and never passes without', async () => {
  const { CHROMIUM_PATH } = process.env;
  process.env.CHROMIUM_PATH = '/nowhere/chromium';
  try {
    await expect(launchChromium()).rejects.toThrow(
      'Chromium is missing (/nowhere/chromium): apt-get install chromium, or name one in CHROMIUM_PATH',
    );
  } finally {
    process.env.CHROMIUM_PATH = CHROMIUM_PATH;
    if (CHROMIUM_PATH === undefined) delete process.env.CHROMIUM_PATH;
  }
});
