import { readCancellationWorkflowId } from '../domain/input';
import type { Logger } from '../observability';
import { mayDo, type Caller } from './caller';

/** A payload of Temporal's, as its libraries hold it. */
export interface Payload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

/** What a payload says of itself: the namespace, and the run that it belongs to. */
interface PayloadOwner {
  namespace: string;
  workflowId?: string;
}

/** Encrypts and decrypts; the codec of `temporal` is one. */
export interface PayloadReader {
  encode(payloads: Payload[]): Promise<Payload[]>;
  decode(payloads: Payload[]): Promise<Payload[]>;
  /** `undefined`: it is not encrypted. `null`: it belongs to no run. Proven only by reading it. */
  contextOf(payload: Payload): PayloadOwner | null | undefined;
}

export interface PayloadDesk {
  payloads: PayloadReader;
  /** Of this installation. */
  namespace: string;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * What the caller may see of the payloads, in their order; any other one stays as it is, encrypted. A payload names its
 * run and so its house; what belongs to no house is for those who look after the installation. Writes one line into the log.
 */
export async function decodePayloads(
  desk: PayloadDesk,
  caller: Caller,
  given: readonly Payload[],
  statedNamespace: string | null,
): Promise<Payload[]> {
  const workflows = new Set<string>();
  const counts = { decoded: 0, withheld: 0, unreadable: 0 };
  const open = async (payload: Payload): Promise<Payload> => {
    const context = desk.payloads.contextOf(payload);
    if (context === undefined) return payload;
    if (!maySee(desk, caller, context)) {
      counts.withheld += 1;
      return payload;
    }
    try {
      const [decoded = payload] = await desk.payloads.decode([payload]);
      counts.decoded += 1;
      workflows.add(context?.workflowId ?? 'none');
      return decoded;
    } catch (error) {
      counts.unreadable += 1;
      desk.logger.warn({ err: error, caller: caller.id }, 'a payload could not be read');
      return payload;
    }
  };
  const answer = await Promise.all(given.map(open));
  desk.logger.info(
    { caller: caller.id, namespace: statedNamespace, workflows: [...workflows], ...counts },
    'payloads were read',
  );
  return answer;
}

function maySee({ namespace }: PayloadDesk, caller: Caller, context: PayloadOwner | null): boolean {
  const event =
    context?.namespace === namespace ? readCancellationWorkflowId(context.workflowId ?? '') : null;
  return event ? mayDo(caller, event.house, 'see') : mayDo(caller, null, 'read-payloads');
}
