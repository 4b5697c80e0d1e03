import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** Far more than any case has. */
const MOST_EVENTS = 5_000;

type Event = Record<string, unknown>;

/**
 * The events of a run as a person reads them: payloads decrypted, times as text. What cannot be decrypted says so. Sealed parts in
 * payloads stay sealed: Temporal's encryption is taken off, and nothing else. `runId` absent: of the newest run.
 */
export async function readHistory(client: Client, workflowId: string, runId?: string): Promise<Event[]> {
  const { namespace, loadedDataConverter } = client.options;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const decode = async (payload: Payload): Promise<unknown> => {
    const context = { type: 'workflow', namespace, workflowId } as const;
    let plain = payload;
    for (const codec of loadedDataConverter.payloadCodecs) {
      const [decoded] = await codec.decode([plain], context);
      if (decoded) plain = decoded;
    }
    return defaultPayloadConverter.fromPayload(plain);
  };
  return Promise.all(
    (events ?? []).slice(0, MOST_EVENTS).map((event) => readable(event, decode) as Promise<Event>),
  );
}

type Decode = (payload: Payload) => Promise<unknown>;

async function readable(value: unknown, decode: Decode): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return Promise.all(value.map((member) => readable(member, decode)));
  if (isPayload(value))
    return decode(value).catch((error: unknown) => `[nicht lesbar: ${(error as Error).message}]`);
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  const read = await Promise.all(
    members.map(async ([name, member]) => [name, await readable(member, decode)] as const),
  );
  return asTime(Object.fromEntries(read));
}

function isLong(value: object): boolean {
  return 'low' in value && 'high' in value && 'unsigned' in value;
}

function isPayload(value: object): value is Payload {
  const { metadata, data } = value as Payload;
  return data instanceof Uint8Array && typeof metadata === 'object' && metadata !== null;
}

/** The server's times are seconds and nanoseconds; a duration has the same form, and is small. */
function asTime(value: Record<string, unknown>): unknown {
  const { seconds, nanos = 0, ...others } = value;
  if (typeof seconds !== 'number' || typeof nanos !== 'number' || Object.keys(others).length > 0)
    return value;
  const EARLIEST = 1_000_000_000;
  return seconds > EARLIEST
    ? new Date(seconds * 1_000 + nanos / 1_000_000).toISOString()
    : `${seconds + nanos / 1e9} s`;
}
