/**
 * Writes the history of one run into the replay corpus. The usual ones are recorded by `npm run record-corpus`.
 *
 * Usage: npm run record-history -- NAME WORKFLOW_ID [RUN_ID]
 * Example: npm run record-history -- completed cancel-performance/FSP/104233
 *
 * Which Temporal is asked: `TEMPORAL_ADDRESS`, otherwise the one of `absage up`.
 */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { fetchRecording, keepRecordings, RecordingFault, requireNew } from './recording';

async function main([name = '', workflowId = '', runId]: string[]): Promise<void> {
  if (!/^[a-z0-9-]+$/.test(name) || workflowId === '') {
    throw new RecordingFault(
      'usage: npm run record-history -- NAME WORKFLOW_ID [RUN_ID] (NAME: a-z, 0-9, -)',
    );
  }
  requireNew([name]);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, namespace });
    keepRecordings(new Map([[name, await fetchRecording(client, workflowId, runId)]]));
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof RecordingFault ? error.message : error);
  process.exitCode = 1;
});
