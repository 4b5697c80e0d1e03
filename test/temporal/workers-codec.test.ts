import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { createPayloadCodec } from '../../src/temporal/payload-codec';
import { createWorkersCodec } from '../../src/temporal/workers-codec';

const folder = mkdtempSync(join(tmpdir(), 'absage-workers-codec-'));
afterAll(() => rmSync(folder, { recursive: true }));

function ringOf(name: string) {
  const path = join(folder, name);
  createKeyFile(path);
  return loadKeyFile(path);
}

const CASE = { type: 'workflow', namespace: 'absage', workflowId: 'cancel-performance/FSP/104233' } as const;
const OTHER = { ...CASE, workflowId: 'cancel-performance/LTN/104233' };
const ours = createPayloadCodec(ringOf('ours'));
const lost = ringOf('lost');
const codec = createWorkersCodec(ours, (id) => Promise.resolve(id === lost.current.id));

const decode = async (payload: Payload) =>
  defaultPayloadConverter.fromPayload((await codec.decode([payload], CASE))[0]!);
const encrypted = async (by = ours, context: typeof OTHER | typeof CASE = CASE) =>
  (await by.encode([defaultPayloadConverter.toPayload({ kind: 'marked' })], context))[0]!;
const bytes = (text: string) => Buffer.from(text);

it('reads what is ours, encrypted or from before', async () => {
  expect(await decode(await encrypted())).toEqual({ kind: 'marked' });
  expect(await decode(defaultPayloadConverter.toPayload(7))).toBe(7);
  expect(await decode(defaultPayloadConverter.toPayload(undefined))).toBeUndefined();
});

it.each<[string, () => Promise<Payload> | Payload]>([
  ['is of another case', () => encrypted(ours, OTHER)],
  ['was changed', async () => ({ ...(await encrypted()), data: bytes('x') })],
  ['has a key that Absage never used', () => encrypted(createPayloadCodec(ringOf('made-up')))],
  [
    'has an encoding of nobody',
    () => ({ metadata: { encoding: bytes('binary/of-nobody') }, data: bytes('x') }),
  ],
  ['is no JSON', () => ({ metadata: { encoding: bytes('json/plain') }, data: bytes('{') })],
  ['has no encoding', () => ({ data: bytes('x') })],
])('gives a text for what %s, and fails no task for it', async (_what, made) => {
  expect(await decode(await made())).toMatch(/nicht verwendet/);
});

it('leaves what a key has encrypted that is only missing here to a worker that has it', async () => {
  await expect(decode(await encrypted(createPayloadCodec(lost)))).rejects.toThrow(/in .*ours steht er nicht/);
});
