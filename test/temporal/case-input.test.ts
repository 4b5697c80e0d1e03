import { BY, seal } from '../support/trust';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { createCancellationClient } from '../../src/client';
import { startTemporalDevServer, type TemporalDevServer } from '../../src/up/temporal-dev-server';
import { anInput } from '../support/examples';
import { until } from '../support/simulator';

const DIGEST = 'a'.repeat(64);
const SEALED = Buffer.from('binary/turned-round');
const PLAIN = Buffer.from('json/plain');

/** Stands for encryption: the server gets only bytes that the payload converter alone cannot read. */
const CODEC: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads.map((payload) => turnRound(payload, SEALED))),
  decode: (payloads) => Promise.resolve(payloads.map((payload) => turnRound(payload, PLAIN))),
};

function turnRound({ data }: Payload, encoding: Uint8Array): Payload {
  return { metadata: { encoding }, data: Uint8Array.from(data ?? []).reverse() };
}

let temporal: TemporalDevServer;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const executable = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
  temporal = startTemporalDevServer({ executable, port, uiPort: null, databaseFile: null });
  await temporal.ready;
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, dataConverter: { payloadCodecs: [CODEC] } });
}, 60_000);

afterAll(async () => {
  await connection?.close();
  await temporal?.stop();
});

it('is read through the codecs that it was written with, as are the records of a run', async () => {
  const cancellations = createCancellationClient(client, seal);
  const input = anInput();
  const { house, eventNumber, expected } = input.order;
  await cancellations.start(input, DIGEST, { by: BY });

  const run = await cancellations.find(house, eventNumber);
  expect(run).toMatchObject({ house, eventNumber, caseId: input.caseId, orderDigest: DIGEST });
  expect(await cancellations.readInput(run!)).toMatchObject({ ...input, seal: BY });
  const [listed] = await until(
    () => cancellations.listOpen(house),
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

it('is null for a run that was started by hand, without one', async () => {
  const options = { taskQueue: 'nobody', workflowId: 'by-hand' };
  const { workflowId } = await client.workflow.start('cancelPerformance', options);
  const cancellations = createCancellationClient(client, seal);
  const find = async () => (await cancellations.listOpen()).find((run) => run.workflowId === workflowId);
  const run = await until(find, (found) => found !== undefined);
  expect(run).toMatchObject({ house: '', eventNumber: '', caseId: null });
  expect(await cancellations.readInput(run!)).toBeNull();
});
