import { mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Drill } from './drill';
import type { Evening } from './evening';

const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');

let folder = '';

const removeKeys = () => rmSync(folder, { recursive: true, force: true });

/** The files of keys of an installation, as an administrator makes them. */
function newKeys(): Record<string, string> {
  folder = mkdtempSync(join(tmpdir(), 'absage-drill-keys-'));
  const [payload, signing] = [join(folder, 'payload-keys.json'), join(folder, 'signing.pem')];
  execFileSync(process.execPath, [CLI, 'keys', 'create', payload], { stdio: 'ignore' });
  execFileSync(process.execPath, [CLI, 'keys', 'create-signing', signing], { stdio: 'ignore' });
  return { ABSAGE_PAYLOAD_KEYS_FILE: payload, ABSAGE_SIGNING_KEY_FILE: signing };
}

const restartWorker = (evening: Evening) =>
  evening.person('Worker neu starten', async () => {
    await evening.stack.end('worker');
    await evening.stack.launch('worker');
  });

export const keys: Drill = {
  title: 'Schlüssel werden gewechselt, mit offenen Absagen',
  rows: {
    payload: {
      what: 'Neuer Schlüssel für das, was Temporal aufhebt',
      options: () => ({ settings: newKeys() }),
      async run(evening) {
        await evening.order(2);
        await evening.person('absage keys rotate', () => evening.command('keys', 'rotate'));
        await evening.order(1);
        await restartWorker(evening);
        await evening.order(1);
      },
      cleanUp: removeKeys,
    },
    signing: {
      what: 'Neuer Schlüssel, mit dem das Logbuch unterschrieben wird',
      options: () => ({ settings: newKeys() }),
      async run(evening) {
        await evening.order(2);
        await evening.person('absage keys rotate-signing', () => evening.command('keys', 'rotate-signing'));
        await restartWorker(evening);
        await evening.order(1);
      },
      cleanUp: removeKeys,
    },
  },
};
