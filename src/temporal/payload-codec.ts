import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { KeyFile } from '../settings/key-file';

const ENCODING = 'binary/absage-aes-256-gcm';
const CIPHER = 'aes-256-gcm';
/** Random: one key may encrypt 2^32 payloads, a case has about a hundred. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Whose payload it is: a run's, by the id that the runs of one event share, or that of a call without a run. */
export type PayloadContext =
  { namespace: string; workflowId: string } | { namespace: string; activityId: string };

/**
 * A payload that cannot be read, and why, in German: it stands in the log, and in Temporal's Web UI at the task that
 * failed. Never holds anything of its content.
 */
export class PayloadNotReadable extends Error {
  override readonly name = 'PayloadNotReadable';

  constructor(
    readonly reason: 'unknown-key' | 'other-context' | 'changed',
    message: string,
    /** The id of the key that is missing. */
    readonly unknownKey: string | null = null,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}

/** Encrypts for Temporal, and reads it back. */
export interface PayloadCipher extends PayloadCodec {
  /**
   * What an encrypted payload says of itself, before it is read: reading it proves it. `undefined`: it is not encrypted.
   * `null`: it is nobody's.
   */
  contextOf(payload: Payload): PayloadContext | null | undefined;
}

/**
 * Every payload is encrypted on its own, together with its metadata. The id of the key and whose payload it is stand
 * beside it, because Temporal's Web UI and command line hand over nothing but payloads; both are authenticated. So one
 * run's payload is never read as another's, whoever put it there.
 *
 * What is not encrypted is read as it is: it comes from before, or from Temporal's own tools. `keys` is `null` where
 * nothing is encrypted.
 */
export function createPayloadCodec(keys: KeyFile | null): PayloadCipher {
  return {
    encode: (payloads, context) =>
      Promise.resolve(
        keys === null ? payloads : payloads.map((payload) => encrypt(keys, payload, describe(context))),
      ),
    async decode(payloads, context) {
      // Not at once: a rejection must reach the caller as one.
      await Promise.resolve();
      const expected = describe(context);
      return payloads.map((payload) => (isEncrypted(payload) ? decrypt(keys, payload, expected) : payload));
    },
    contextOf(payload) {
      if (!isEncrypted(payload)) return undefined;
      const context = read(payload, 'context');
      return context === '' ? null : parseContext(context);
    },
  };
}

function encrypt({ current }: KeyFile, payload: Payload, context: string): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, current.key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(current.id, context));
  const plain = temporal.api.common.v1.Payload.encode(payload).finish();
  const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return {
    metadata: {
      encoding: bytes(ENCODING),
      key: bytes(current.id),
      // A member without a value is lost on its way.
      ...(context !== '' && { context: bytes(context) }),
    },
    data,
  };
}

function decrypt(keys: KeyFile | null, payload: Payload, expected: string): Payload {
  const id = read(payload, 'key');
  const context = read(payload, 'context');
  // Encrypted without a context: typed into Temporal's Web UI, which names none.
  if (expected !== '' && context !== '' && context !== expected) throw otherContext();
  const key = keys?.find(id);
  if (!key) throw unknownKey(id, keys);
  const data = payload.data ?? new Uint8Array();
  try {
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(id, context));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const plain = [decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()];
    const { metadata, data: content } = temporal.api.common.v1.Payload.decode(Buffer.concat(plain));
    return { metadata, data: content };
  } catch (error) {
    throw new PayloadNotReadable(
      'changed',
      'Dieser Inhalt wurde in Temporal verändert, oder er gehört nicht hierher: er wird nicht verwendet.',
      null,
      { cause: error },
    );
  }
}

/** What an authentication tag covers beside the content. Ids of keys have no line break. */
function associated(keyId: string, context: string): Buffer {
  return bytes(`${ENCODING}\n${keyId}\n${context}`);
}

/** The runs that a schedule starts hand their results on to each other, so they count as one. */
const SCHEDULED_AT = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * One text for each context; empty for none. An activity's is that of its run: what the run and the activity hand to each
 * other moves freely within a case.
 */
function describe(context: SerializationContext | undefined): string {
  if (!context) return '';
  const { namespace, workflowId } = context;
  if (workflowId) return JSON.stringify({ namespace, workflowId: workflowId.replace(SCHEDULED_AT, '') });
  const { activityId = '' } = context as Extract<SerializationContext, { type: 'activity' }>;
  return JSON.stringify({ namespace, activityId });
}

function parseContext(text: string): PayloadContext | null {
  try {
    return JSON.parse(text) as PayloadContext;
  } catch {
    return null;
  }
}

function isEncrypted(payload: Payload): boolean {
  return read(payload, 'encoding') === ENCODING;
}

function read({ metadata }: Payload, name: string): string {
  return Buffer.from(metadata?.[name] ?? []).toString();
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function otherContext(): PayloadNotReadable {
  return new PayloadNotReadable(
    'other-context',
    'Dieser Inhalt gehört zu einem anderen Vorgang: er wird nicht verwendet.',
  );
}

function unknownKey(id: string, keys: KeyFile | null): PayloadNotReadable {
  const where =
    keys === null ? 'ABSAGE_PAYLOAD_KEYS_FILE ist nicht angegeben' : `in ${keys.path} steht er nicht`;
  return new PayloadNotReadable(
    'unknown-key',
    `Dieser Inhalt ist mit dem Schlüssel ${JSON.stringify(id.slice(0, 40))} verschlüsselt, und ${where}.`,
    id,
  );
}
