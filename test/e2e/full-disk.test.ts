import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { eventually, freePorts, UpProcess } from '../support/up-process';
import { expectCancelledOnce, withEvidence } from './oracle';
import { StagedCase } from './staged-case';

/*
 * The disk with the data folder is full while a case waits: a small file system of its own, so this test needs the
 * right to mount one (root on Linux). Elsewhere it is skipped.
 */

const SYNC_INTERVAL_MS = 3_000;
const TIMEOUT_MS = 240_000;
const FULL_BEYOND_WAIT_MS = 8_000;
const BLOCK = Buffer.alloc(64 * 1024);

const disk = mkdtempSync(join(tmpdir(), 'absage-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk]).status === 0;
const fill = join(disk, 'fill');

let up: UpProcess;
let connection: Connection;

beforeAll(async () => {
  if (!isMounted) return;
  up = UpProcess.start({
    dataDir: join(disk, 'data'),
    ports: await freePorts(),
    settings: {
      ABSAGE_SYNC_INTERVAL: `${SYNC_INTERVAL_MS}ms`,
      ABSAGE_POLL_INTERVAL: '500ms',
      ABSAGE_ATTENTION_AFTER: '20s',
    },
  });
  await up.ready();
  connection = await Connection.connect({ address: up.temporalAddress });
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up?.stop();
  if (isMounted) spawnSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
}, TIMEOUT_MS);

/** Takes all the room that is left, to the last byte. */
function fillUp(): void {
  const handle = openSync(fill, 'a');
  try {
    for (let size = BLOCK.length; size >= 1;) {
      try {
        writeSync(handle, BLOCK, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(handle);
  }
}

const count = (words: string) => up.output.split(words).length - 1;

(isMounted ? it : it.skip).each([
  ['wait-for-title-transfer', 'FSP', '104233'],
  ['wait-for-storno-transfer', 'LTN', '205101'],
])(
  'lives through a full disk in %s, says so, and completes the case when there is room again',
  (step, house, eventNumber) =>
    withEvidence(
      () => up,
      async () => {
        const temporal = new Client({ connection });
        const staged = new StagedCase(
          () => up,
          () => temporal,
          house,
          eventNumber,
        );
        const before = await staged.event();
        await staged.start();
        await staged.untilAt(step);
        const { waitEndsAt } = await staged.view();
        const saidBefore = count('kann nicht geschrieben werden (ENOSPC)');
        fillUp();
        // A part that is killed now has to be written down as gone, and its next process as begun.
        up.killPart('mail-catcher');
        await eventually(
          () => count('kann nicht geschrieben werden (ENOSPC)'),
          (said) => said > saidBefore,
        );
        // Whatever gives room back meanwhile, it is taken: until well after the case would have gone on.
        await eventually(fillUp, () => Date.now() > Date.parse(waitEndsAt ?? '') + FULL_BEYOND_WAIT_MS);
        rmSync(fill);
        await eventually(
          () => staged.view().catch(() => null),
          (view) => view?.state === 'completed',
          120_000,
        );
        await expectCancelledOnce(staged, before, SYNC_INTERVAL_MS);
        expect(count('In den Datenordner kann wieder geschrieben werden.')).toBe(saidBefore + 1);
      },
    )(),
  TIMEOUT_MS,
);
