import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { findIdleWork } from '../../src/temporal/queues';

type WorkflowService = Client['workflowService'];
type Asked = Parameters<WorkflowService['describeTaskQueue']>[0];

/** A server whose pollers were last seen this many seconds ago. */
function serviceWith(pollersOf: (asked: Asked) => number[]): WorkflowService {
  const describeTaskQueue = (asked: Asked) =>
    Promise.resolve({
      pollers: pollersOf(asked).map((seconds) => ({ lastAccessTime: msToTs(Date.now() - seconds * 1_000) })),
    });
  return { describeTaskQueue } as unknown as WorkflowService;
}

it('finds nothing idle while each queue has a poller that was there in the last minute', async () => {
  const service = serviceWith(() => [240, 61]);
  expect(await findIdleWork(service, 'default')).toEqual([]);
});

it('takes a poller for gone that has missed its minute, though the server still lists it', async () => {
  const service = serviceWith(() => [76, 240]);
  expect(await findIdleWork(service, 'default')).toEqual(['cases', 'mail-and-journal', 'jet']);
});

it('tells workflows and activities of one queue apart', async () => {
  const withoutJet = serviceWith(({ taskQueue }) => (taskQueue?.name === 'absage-jet' ? [] : [1]));
  expect(await findIdleWork(withoutJet, 'default')).toEqual(['jet']);
  const workflowsOnly = serviceWith(({ taskQueueType }) => (taskQueueType === 1 ? [1] : []));
  expect(await findIdleWork(workflowsOnly, 'default')).toEqual(['mail-and-journal', 'jet']);
});

it('asks in the namespace that it is given', async () => {
  const asked: Asked[] = [];
  await findIdleWork(
    serviceWith((request) => (asked.push(request), [])),
    'bühne',
  );
  expect(new Set(asked.map(({ namespace }) => namespace))).toEqual(new Set(['bühne']));
});
