import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { PayloadNotReadable } from './payload-codec';

/**
 * What a worker reads. Whoever reaches the namespace can put bytes of their own in the place of an update or of a result; one that
 * nobody can read would fail the run's task for ever. It becomes a text here, which the run refuses like any other value that is
 * not ours. A payload of a key that Absage has used is read by a worker that has it, and so still fails the task of one that
 * does not. `wasUsed`: as the journal says, where every key is noted before its first use.
 */
export function createWorkersCodec(
  codec: PayloadCodec,
  wasUsed: (keyId: string) => Promise<boolean>,
): PayloadCodec {
  const read = async (payload: Payload, context: Parameters<PayloadCodec['decode']>[1]) => {
    try {
      const [decoded = NOT_READABLE] = await codec.decode([payload], context);
      // What the run would do next.
      defaultPayloadConverter.fromPayload(decoded);
      return decoded;
    } catch (error) {
      const keyId = error instanceof PayloadNotReadable ? error.unknownKey : null;
      if (keyId !== null && (await wasUsed(keyId))) throw error;
      return NOT_READABLE;
    }
  };
  return {
    encode: (payloads, context) => codec.encode(payloads, context),
    decode: (payloads, context) => Promise.all(payloads.map((payload) => read(payload, context))),
  };
}

const NOT_READABLE = defaultPayloadConverter.toPayload(
  'Dieser Inhalt ist nicht lesbar: er wird nicht verwendet.',
);
