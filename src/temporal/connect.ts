import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { TemporalSettings } from '../settings/temporal';

/** How everything that Temporal keeps is written and read; a codec belongs here, and holds for clients and workers. */
const DATA_CONVERTER: DataConverter = {};

/** A client that connects when it is first asked something. The caller closes its `connection`. */
export function createClient({ connectionOptions, namespace }: TemporalSettings): Client {
  const connection = Connection.lazy(connectionOptions);
  return new Client({ connection, namespace, dataConverter: DATA_CONVERTER });
}

/** A connection that stands, for calls that need no client. Rejects when the server does not answer in time. */
export function connect(
  { connectionOptions }: Pick<TemporalSettings, 'connectionOptions'>,
  withinMs?: number,
): Promise<Connection> {
  return Connection.connect({ ...connectionOptions, ...(withinMs && { connectTimeout: withinMs }) });
}

/** What every worker of a process is created with. The caller closes the connection. */
export async function connectWorkers({ connectionOptions, namespace }: TemporalSettings): Promise<{
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
}> {
  // Loaded only here: the other roles do without the native library.
  const { NativeConnection } = await import('@temporalio/worker');
  const connection = await NativeConnection.connect(connectionOptions);
  return { connection, namespace, dataConverter: DATA_CONVERTER };
}
