import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities';
import { BARE_TASK_QUEUE } from './names';

/** Runs a worker with the library's own settings, as a child process that ends with its parent. */
async function main(): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    taskQueue: BARE_TASK_QUEUE,
    workflowsPath: join(__dirname, 'workflows.ts'),
    activities,
  });
  process.on('disconnect', () => process.exit(0));
  const ended = worker.run();
  process.send?.('ready');
  await ended;
  process.exit(0);
}

void main();
