import { join } from 'node:path';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { KeyFile } from '../settings/key-file';
import type { TemporalSettings } from '../settings/temporal';
import { createPayloadCodec } from './payload-codec';
import { TRACED_CLIENT } from './tracing';
import { createWorkersCodec } from './workers-codec';

/** How everything that Temporal keeps is written and read, by clients and workers. */
function dataConverter(keys: KeyFile | undefined): DataConverter {
  return { payloadCodecs: [createPayloadCodec(keys ?? null)] };
}

/** Failures are made by workers; whoever reads them needs no converter of their own. */
export function workerDataConverter(keys: KeyFile | undefined, wasUsed: WasUsed): DataConverter {
  return {
    payloadCodecs: [createWorkersCodec(createPayloadCodec(keys ?? null), wasUsed)],
    ...(keys && { failureConverterPath: join(__dirname, 'failure-converter') }),
  };
}

/** A client that connects when it is first asked something. The caller closes its `connection`. */
export function createClient({ namespace, payloadKeys, ...how }: TemporalSettings): Client {
  const connection = Connection.lazy(clientOptions(how));
  return new Client({
    connection,
    namespace,
    dataConverter: dataConverter(payloadKeys),
    interceptors: TRACED_CLIENT,
  });
}

/** A connection that stands, for calls that need no client. Rejects when the server does not answer in time. */
export function connect(
  how: Pick<TemporalSettings, 'connectionOptions' | 'proxy'>,
  withinMs?: number,
): Promise<Connection> {
  return Connection.connect({ ...clientOptions(how), ...(withinMs && { connectTimeout: withinMs }) });
}

/**
 * The client's library reads the variables for proxies by itself, makes no exception for this machine, and has no other
 * way to be told of a proxy: so it may follow them where the settings came to the same answer.
 */
function clientOptions({
  connectionOptions,
  proxy,
}: Pick<TemporalSettings, 'connectionOptions' | 'proxy'>): ConnectionOptions {
  return { ...connectionOptions, channelArgs: { 'grpc.enable_http_proxy': proxy ? 1 : 0 } };
}

/** Whether Absage has ever encrypted with the key of that id. */
type WasUsed = (keyId: string) => Promise<boolean>;

/** What every worker of a process is created with. The caller closes the connection. */
export async function connectWorkers(
  { connectionOptions, namespace, proxy, payloadKeys }: TemporalSettings,
  wasUsed: WasUsed,
): Promise<{
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
}> {
  // Loaded only here: the other roles do without the native library.
  const { NativeConnection } = await import('@temporalio/worker');
  const connection = await NativeConnection.connect({
    ...connectionOptions,
    ...(proxy && {
      proxy: {
        type: 'http-connect',
        targetHost: proxy.address,
        ...(proxy.credentials && { basicAuth: proxy.credentials }),
      },
    }),
  });
  return { connection, namespace, dataConverter: workerDataConverter(payloadKeys, wasUsed) };
}
