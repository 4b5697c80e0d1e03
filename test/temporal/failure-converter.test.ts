import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow';
import { createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { failureConverter } from '../../src/temporal/failure-converter';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import { decodePending, readPendingTries } from '../../src/temporal/pending-tries';

const CANARY = 'Kanarienvogel';
const RUN = { namespace: 'default', workflowId: 'cancel-performance/FSP/104233' };
const ACTIVITY = { type: 'activity', ...RUN, activityId: 'markTitles', isLocal: false } as const;
const SAVED_AT = '2026-12-12T18:02:00.000+01:00';

const folder = mkdtempSync(join(tmpdir(), 'absage-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));
createKeyFile(join(folder, 'keys.json'));
const payloadCodecs = [createPayloadCodec(loadKeyFile(join(folder, 'keys.json')))];
const worker = { ...loadDataConverter({ payloadCodecs }), failureConverter };
const client = loadDataConverter({ payloadCodecs });

const encode = () => {
  const cause = new Error(`550 <${CANARY}@haus.example> unknown`);
  const details = [{ savedAt: SAVED_AT, reason: CANARY }];
  const failure = ApplicationFailure.create({ type: 'mail-refused', message: CANARY, details, cause });
  return encodeErrorToFailure(worker, failure, ACTIVITY);
};

it('a failure shows its type, and nothing of what it says, where it happened and why', async () => {
  const failure = await encode();
  expect(JSON.stringify(failure)).not.toMatch(/Kanarienvogel|haus\.example|failure-converter\.test/);
  expect(failure.applicationFailureInfo?.type).toBe('mail-refused');
});

it('is whole again for a client that has the keys', async () => {
  const error = await decodeOptionalFailureToOptionalError(client, await encode(), ACTIVITY);
  expect(error).toMatchObject({
    message: CANARY,
    type: 'mail-refused',
    details: [{ reason: CANARY }],
    cause: { message: `550 <${CANARY}@haus.example> unknown` },
  });
});

it('tells what is being tried, and since when it waits', async () => {
  const pending = [
    {
      activityId: 'markTitles',
      activityType: { name: 'markTitles' },
      attempt: 3,
      lastFailure: await encode(),
    },
    { activityId: 'readClaim', activityType: { name: 'readClaim' }, attempt: 1 },
  ];
  expect(readPendingTries(await decodePending(client, RUN, pending))).toMatchObject([
    { activity: 'markTitles', attempt: 3, lastFailure: 'mail-refused', savedAt: SAVED_AT },
    { activity: 'readClaim', attempt: 1, lastFailure: null, savedAt: null },
  ]);
});
