import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePorts, UpProcess } from '../support/up-process';
import { expectCancelledOnce, withEvidence } from './oracle';
import { StagedCase } from './staged-case';
import { eventually } from '../support/eventually';
import { SmallDisk } from '../support/small-disk';

/*
 * The disk with the data folder is full while a case waits: a small file system of its own, so this test needs the
 * right to mount one (root on Linux). Elsewhere it is skipped.
 */

/** Long enough to see each wait, and to fill the disk in it, on a machine with other work. */
const SYNC_INTERVAL_MS = 8_000;
const TIMEOUT_MS = 240_000;
const FULL_BEYOND_WAIT_MS = 8_000;

const disk = SmallDisk.mount('48m');

let up: UpProcess;
let connection: Connection;

beforeAll(async () => {
  if (!disk) return;
  up = UpProcess.start({
    dataDir: join(disk.folder, 'data'),
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
  disk?.remove();
}, TIMEOUT_MS);

const count = (words: string) => up.output.split(words).length - 1;

(disk ? it : it.skip).each([
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
        disk!.fill();
        // A part that is killed now has to be written down as gone, and its next process as begun.
        up.killPart('mail-catcher');
        await eventually(
          () => count('kann nicht geschrieben werden (ENOSPC)'),
          (said) => said > saidBefore,
        );
        // Whatever gives room back meanwhile, it is taken: until well after the case would have gone on.
        await eventually(
          () => disk!.fill(),
          () => Date.now() > Date.parse(waitEndsAt ?? '') + FULL_BEYOND_WAIT_MS,
        );
        disk!.makeRoom();
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
