import { Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { PayloadNotReadable } from './payload-codec';
import type { Instant } from '../domain/types';
import { decodePending } from './pending-tries';
import { readBuildId } from './run-record';
import { findStuckSince, isStuck } from './stuck-runs';

/**
 * A client for Temporal's records of runs, as lists and descriptions show them. What cannot be read of a memo is as if it
 * were not there: a run that ended before its key was given up, or that a stranger has started, takes nothing from the
 * others. Over the connection of the given client.
 */
export function recordsClient({ connection, options: { namespace, loadedDataConverter } }: Client): Client {
  const payloadCodecs = loadedDataConverter.payloadCodecs.map(leaveOutUnreadable);
  return new Client({ connection, namespace, dataConverter: { payloadCodecs } });
}

/**
 * The newest run of an id, with readable failures of what is being tried, and since when it is stuck. `isAbandoned`: see
 * `watchAbandoned`.
 */
export async function describeRun(
  records: Client,
  workflowId: string,
  isAbandoned: (buildId: string) => Promise<boolean>,
): Promise<WorkflowExecutionDescription & { stuckSince: Instant | null; isAbandoned: boolean }> {
  const { namespace, loadedDataConverter } = records.options;
  const described = await records.workflow.getHandle(workflowId).describe();
  const { pendingActivities } = described.raw;
  const run = { namespace, workflowId };
  const buildId = described.status.name === 'RUNNING' ? readBuildId(described) : null;
  return {
    ...described,
    stuckSince: isStuck(described)
      ? await findStuckSince(records.workflowService, namespace, described)
      : null,
    isAbandoned: buildId !== null && (await isAbandoned(buildId)),
    raw: {
      ...described.raw,
      pendingActivities: await decodePending(loadedDataConverter, run, pendingActivities),
    },
  };
}

const NOTHING: Payload = { metadata: { encoding: Buffer.from('binary/null') } };

function leaveOutUnreadable(codec: PayloadCodec): PayloadCodec {
  return {
    encode: (payloads, context) => codec.encode(payloads, context),
    async decode(payloads, context) {
      const decode = async (payload: Payload): Promise<Payload> => {
        try {
          const [decoded] = await codec.decode([payload], context);
          return decoded ?? NOTHING;
        } catch (error) {
          if (error instanceof PayloadNotReadable) return NOTHING;
          throw error;
        }
      };
      return Promise.all(payloads.map(decode));
    },
  };
}
