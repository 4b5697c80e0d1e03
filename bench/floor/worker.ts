import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { loadSettings } from '../../src/settings/settings';
import { createFloorActivities } from './activities';
import { floorJetTaskQueue, floorTaskQueue, type FloorKind } from './names';
import { PlainLines } from './plain-lines';
import { PlainMail } from './plain-mail';

/** Workers with the library's own settings, one for each queue of the kind, in a process that ends with its parent. */
async function main(): Promise<void> {
  const { config } = loadSettings(process.env);
  const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
  const activities = createFloorActivities({
    jet: config.jet,
    lines: await PlainLines.open(pathToFileURL(join(config.dataDir, 'floor.sqlite')).href),
    mail: new PlainMail({ host: '127.0.0.1', port: config.ports.mail }),
  });
  const workflowsPath = join(__dirname, 'workflows.ts');
  const kind = process.argv[2] as FloorKind;
  const taskQueue = floorTaskQueue(kind);
  const jetTaskQueue = floorJetTaskQueue(kind);
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue, workflowsPath, activities }),
    ...(jetTaskQueue === taskQueue
      ? []
      : [Worker.create({ connection, taskQueue: jetTaskQueue, activities: { ...activities } })]),
  ]);
  process.on('disconnect', () => process.exit(0));
  const ended = Promise.all(workers.map((worker) => worker.run()));
  process.send?.('ready');
  await ended;
  process.exit(0);
}

void main();
