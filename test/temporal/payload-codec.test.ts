import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { addKey, createKeyFile, loadKeyFile } from '../../src/settings/key-file';
import { createPayloadCodec, PayloadNotReadable } from '../../src/temporal/payload-codec';

const CANARY = 'Kanarienvogel';
const CASE: SerializationContext = {
  type: 'workflow',
  namespace: 'absage',
  workflowId: 'cancel-performance/FSP/104233',
};
const OTHER: SerializationContext = { ...CASE, workflowId: 'cancel-performance/LTN/104233' };

const folder = mkdtempSync(join(tmpdir(), 'absage-codec-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function keysFile(): string {
  const path = join(folder, `keys-${(files += 1)}.json`);
  createKeyFile(path);
  return path;
}

const path = keysFile();
const keys = loadKeyFile(path);
const codec = createPayloadCodec(keys);
const encode = async (value: unknown, context?: SerializationContext) =>
  (await codec.encode([defaultPayloadConverter.toPayload(value)], context))[0]!;
const decode = async (payload: Payload, context?: SerializationContext, by = codec) =>
  defaultPayloadConverter.fromPayload((await by.decode([payload], context))[0]!);
const bytesOf = ({ metadata, data }: Payload) =>
  Buffer.concat(
    [...Object.values(metadata ?? {}), data ?? new Uint8Array()].map((part) => Buffer.from(part)),
  );

async function refusal(work: Promise<unknown>): Promise<PayloadNotReadable> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PayloadNotReadable);
  return error as PayloadNotReadable;
}

describe('a payload', () => {
  it.each([
    [{ reason: CANARY, umlauts: 'Ö-Ticket' }],
    [CANARY],
    [null],
    [undefined],
    [Buffer.from([0, 255])],
  ])('comes back as it was, and shows nothing on its way: %j', async (value) => {
    const payload = await encode(value, CASE);
    expect(bytesOf(payload).toString('latin1')).not.toMatch(/Kanarienvogel|json\/plain/);
    const back = await decode(payload, CASE);
    // toEqual takes a Buffer and a Uint8Array of the same bytes for different.
    expect(value instanceof Buffer ? Buffer.from(back as Uint8Array) : back).toEqual(value);
  });

  it('is never encrypted to the same bytes twice', async () => {
    expect((await encode(CANARY, CASE)).data).not.toEqual((await encode(CANARY, CASE)).data);
  });

  it('from before the encryption is read as it is', async () => {
    expect(await decode(defaultPayloadConverter.toPayload(CANARY), CASE)).toBe(CANARY);
  });

  it('of one run is not read as that of another', async () => {
    const payload = await encode(CANARY, CASE);
    expect(await refusal(decode(payload, OTHER))).toMatchObject({ reason: 'other-context' });
    const renamed = {
      ...payload,
      metadata: { ...payload.metadata, context: (await encode('', OTHER)).metadata!.context! },
    };
    expect(await refusal(decode(renamed, OTHER))).toMatchObject({ reason: 'changed' });
    expect(await refusal(decode(renamed))).toMatchObject({ reason: 'changed' });
  });

  it('of one namespace is not read in another', async () => {
    const elsewhere = { ...CASE, namespace: 'copy' };
    expect(await refusal(decode(await encode(CANARY, CASE), elsewhere))).toMatchObject({
      reason: 'other-context',
    });
  });

  it('without a context stays without one: nobody can claim it for a run', async () => {
    const { metadata, data } = await encode(CANARY);
    const context = (await encode('', CASE)).metadata!.context!;
    expect(await refusal(decode({ metadata: { ...metadata, context }, data }, CASE))).toMatchObject({
      reason: 'changed',
    });
    expect(await decode({ metadata, data }, CASE)).toBe(CANARY);
  });

  it('moves freely between a run and its activities', async () => {
    const activity = {
      type: 'activity',
      isLocal: false,
      activityId: 'markTitles',
      namespace: 'absage',
    } as const;
    const payload = await encode(CANARY, { ...activity, workflowId: CASE.workflowId });
    expect(await decode(payload, CASE)).toBe(CANARY);
    const alone = await encode(CANARY, activity);
    expect(await decode(alone, activity)).toBe(CANARY);
    expect(await refusal(decode(alone, { ...activity, activityId: 'readEvent' }))).toMatchObject({
      reason: 'other-context',
    });
  });

  it('moves from one run of a schedule to the next', async () => {
    const run = (at: string) => ({ ...CASE, workflowId: `absage-reconcile-cancellations-${at}` });
    const payload = await encode(CANARY, run('2026-12-12T18:00:00Z'));
    expect(await decode(payload, run('2026-12-12T19:00:00Z'))).toBe(CANARY);
  });

  it.each([0, 11, 12, 20, -17, -16, -1])('with one other bit at byte %i is not read', async (place) => {
    const payload = await encode({ reason: CANARY }, CASE);
    const data = Buffer.from(payload.data!);
    data[place < 0 ? data.length + place : place]! ^= 1;
    expect(await refusal(decode({ ...payload, data }, CASE))).toMatchObject({ reason: 'changed' });
  });

  it.each([0, 1, 12, 27, 28])('cut to %i bytes is not read', async (length) => {
    const payload = await encode({ reason: CANARY }, CASE);
    const cut = { ...payload, data: payload.data!.slice(0, length) };
    expect(await refusal(decode(cut, CASE))).toMatchObject({ reason: 'changed' });
  });

  it('is not read with another key of the same id', async () => {
    const twin = keysFile();
    const [id] = keys.ids();
    writeFileSync(twin, readFileSync(twin, 'utf8').replace(/"id": "[^"]+"/, `"id": "${id}"`));
    const other = createPayloadCodec(loadKeyFile(twin));
    expect(await refusal(decode(await encode(CANARY, CASE), CASE, other))).toMatchObject({
      reason: 'changed',
    });
  });

  it('says which key is missing, and where', async () => {
    const payload = await encode(CANARY, CASE);
    const other = keysFile();
    const [id] = keys.ids();
    const lacking = await refusal(decode(payload, CASE, createPayloadCodec(loadKeyFile(other))));
    expect(lacking.message).toBe(
      `Dieser Inhalt ist mit dem Schlüssel "${id}" verschlüsselt, und in ${other} steht er nicht.`,
    );
    const without = await refusal(decode(payload, CASE, createPayloadCodec(null)));
    expect(without.message).toMatch(/ABSAGE_PAYLOAD_KEYS_FILE ist nicht angegeben\.$/);
  });
});

it('without keys nothing is encrypted', async () => {
  const payload = defaultPayloadConverter.toPayload(CANARY);
  expect(await createPayloadCodec(null).encode([payload], CASE)).toEqual([payload]);
});

describe('after a rotation', () => {
  it('the new key encrypts, and the older one still reads', async () => {
    const file = keysFile();
    const before = createPayloadCodec(loadKeyFile(file));
    const [old] = await before.encode([defaultPayloadConverter.toPayload(CANARY)], CASE);
    const id = addKey(file);
    const rotated = loadKeyFile(file);
    expect(rotated.current.id).toBe(id);
    const after = createPayloadCodec(rotated);
    const [fresh] = await after.encode([defaultPayloadConverter.toPayload(CANARY)], CASE);
    expect(Buffer.from(fresh!.metadata!.key!).toString()).toBe(id);
    for (const payload of [old!, fresh!]) expect(await decode(payload, CASE, after)).toBe(CANARY);
  });

  it('a process that has not started again reads with the new key, and goes on with its own', async () => {
    const file = keysFile();
    let nowMs = 0;
    const running = loadKeyFile(file, () => nowMs);
    const [old] = running.ids();
    const id = addKey(file);
    const [fresh] = await createPayloadCodec(loadKeyFile(file)).encode(
      [defaultPayloadConverter.toPayload(CANARY)],
      CASE,
    );
    nowMs = 5_000;
    expect(await decode(fresh!, CASE, createPayloadCodec(running))).toBe(CANARY);
    expect(running.ids()).toEqual([old, id]);
    expect(running.current.id).toBe(old);
  });

  it('a file that somebody is editing takes no key from a running process', () => {
    const file = keysFile();
    let nowMs = 0;
    const running = loadKeyFile(file, () => nowMs);
    const [old = ''] = running.ids();
    writeFileSync(file, '{');
    nowMs = 5_000;
    expect(running.find('unknown')).toBeUndefined();
    expect(running.find(old)).toBeDefined();
  });
});
