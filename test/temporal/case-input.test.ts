import { BY, seal } from '../support/trust';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createCancellationClient } from '../../src/client';
import { createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import type { TemporalDevServer } from '../../src/up/temporal-dev-server';
import { startTemporal } from '../support/temporal-server';
import { anInput, anOrder } from '../support/examples';
import { eventually } from '../support/eventually';

const DIGEST = 'a'.repeat(64);

const folder = mkdtempSync(join(tmpdir(), 'absage-input-'));

/** A client whose key nobody else has. */
function clientWithKey(name: string): Client {
  const path = join(folder, name);
  createKeyFile(path);
  const payloadCodecs = [createPayloadCodec(loadKeyFile(path))];
  return new Client({ connection, dataConverter: { payloadCodecs } });
}

let temporal: TemporalDevServer;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  temporal = await startTemporal();
  connection = await Connection.connect({ address: temporal.address });
  client = clientWithKey('keys.json');
});

afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
  rmSync(folder, { recursive: true });
});

it('is read through the codecs that it was written with, as are the records of a run', async () => {
  const cancellations = createCancellationClient(client, seal);
  const input = anInput();
  const { house, eventNumber, expected } = input.order;
  await cancellations.start(input, DIGEST, { by: BY });

  const run = await cancellations.find(house, eventNumber);
  expect(run).toMatchObject({ house, eventNumber, caseId: input.caseId, orderDigest: DIGEST });
  expect(await cancellations.readInput(run!)).toMatchObject({ ...input, seal: BY });
  const [listed] = await eventually(
    () => cancellations.listOpen({ house }),
    (runs) => runs.length > 0,
  );
  expect(listed).toMatchObject({ caseId: input.caseId, title: expected.title, step: 'check' });

  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId: run!.workflowId },
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  expect(Buffer.from(started?.input?.payloads?.[0]?.data ?? []).toString()).not.toContain(input.caseId);
});

it('without its key is no input, and takes nothing from the records of other runs', async () => {
  const input = anInput({ order: anOrder({ eventNumber: '104301' }) });
  await createCancellationClient(client, seal).start(input, DIGEST, { by: BY });
  const stranger = createCancellationClient(clientWithKey('other.json'), seal);
  const listed = await eventually(
    () => stranger.listOpen({ house: 'FSP' }),
    (runs) => runs.some(({ eventNumber }) => eventNumber === '104301'),
  );
  expect(listed.find(({ eventNumber }) => eventNumber === '104301')).toMatchObject({
    house: 'FSP',
    status: 'running',
    caseId: null,
    title: null,
  });
  const run = await stranger.find('FSP', '104301');
  expect(await stranger.readInput(run!)).toBeNull();
});

it('from before the encryption is read as it is', async () => {
  const input = anInput({ order: anOrder({ eventNumber: '104302' }) });
  await createCancellationClient(new Client({ connection }), seal).start(input, DIGEST, { by: BY });
  const cancellations = createCancellationClient(client, seal);
  const run = await cancellations.find('FSP', '104302');
  expect(run).toMatchObject({ caseId: input.caseId });
  expect(await cancellations.readInput(run!)).toMatchObject(input);
});

it('is null for a run that was started by hand, without one', async () => {
  const options = { taskQueue: 'nobody', workflowId: 'by-hand' };
  const { workflowId } = await client.workflow.start('cancelPerformance', options);
  const cancellations = createCancellationClient(client, seal);
  const find = async () => (await cancellations.listOpen()).find((run) => run.workflowId === workflowId);
  const run = await eventually(find, (found) => found !== undefined);
  expect(run).toMatchObject({ house: '', eventNumber: '', caseId: null });
  expect(await cancellations.readInput(run!)).toBeNull();
});
