import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { eraseContact } from '../../src/activities/erase-contacts';
import type { CaseRef } from '../../src/domain/types';
import { cancellationWorkflowId } from '../../src/domain/input';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { deleteRuns } from '../../src/temporal/delete-runs';
import type { TemporalDevServer } from '../../src/up/temporal-dev-server';
import { anInput, anOrder } from '../support/examples';
import { anOpening } from '../support/openings';
import { startTemporal } from '../support/temporal-server';
import { ending } from '../journal/lines';
import { makeSqlitePlace } from '../journal/sqlite-place';

const CONTACT = { name: 'Rosalia Pfefferkorn', phone: '+43 660 5550123' };
const WHY = { actor: 'Datenschutz', actorId: null, reason: 'verlangt' };

const place = makeSqlitePlace();
let temporal: TemporalDevServer;
let client: Client;
let journal: JournalStore;

beforeAll(async () => {
  temporal = await startTemporal();
  client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  journal = await openJournal(place.url);
});

afterAll(async () => {
  await client?.connection.close();
  await temporal?.stop();
  await journal?.close();
  place.remove();
});

/** An ended case with a contact, and its closed run, which somebody has started by hand: only the input says whose it is. */
async function anEndedCase(eventNumber: string): Promise<{ ref: CaseRef; workflowId: string }> {
  const input = anInput({ caseId: randomUUID(), order: anOrder({ eventNumber, contact: CONTACT }) });
  const { house } = input.order;
  const ref = { caseId: input.caseId, house, eventNumber };
  await journal.openCase(ref, {
    ...WHY,
    kind: 'opening',
    step: 'check',
    operation: 'check',
    effectKey: 'opening',
    after: { ...anOpening(), input },
    outcome: 'ok',
  });
  await journal.append(ref, ending('completed'));
  const workflowId = cancellationWorkflowId(house, eventNumber);
  const options = { taskQueue: 'nobody', workflowId, args: [input] };
  await (await client.workflow.start('cancelPerformance', options)).terminate();
  return { ref, workflowId };
}

const erase = (ref: CaseRef) =>
  eraseContact(
    {
      journal,
      places: { deleteRuns: () => deleteRuns(client, ref), deleteMails: () => Promise.resolve(0) },
    },
    ref,
    WHY,
  );

it('a run whose history cannot be asked for stops the erasing, which claims nothing and is tried again', async () => {
  const { ref } = await anEndedCase('104310');
  const asking = jest.spyOn(client.workflowService, 'getWorkflowExecutionHistory');
  asking.mockRejectedValue(new Error('the connection was lost'));
  try {
    await expect(erase(ref)).rejects.toThrow('the connection was lost');
  } finally {
    asking.mockRestore();
  }
  expect(await journal.contact(ref.caseId)).toHaveProperty('key');
  expect(await journal.installationLines()).toEqual([]);

  expect(await erase(ref)).toMatchObject({ after: { caseId: ref.caseId, runs: 1 } });
  expect(await journal.contact(ref.caseId)).toHaveProperty('erasedAt');
});

it('a run that is gone by the time that its history is asked for holds nothing any more', async () => {
  const { ref, workflowId } = await anEndedCase('104311');
  const { workflowService } = client;
  const ask = workflowService.getWorkflowExecutionHistory.bind(workflowService);
  const asking = jest.spyOn(workflowService, 'getWorkflowExecutionHistory');
  // Another process has deleted it between two calls: the server answers as for a run that it does not know.
  asking.mockImplementation(() =>
    ask({ namespace: 'default', execution: { workflowId, runId: randomUUID() }, maximumPageSize: 1 }),
  );
  try {
    expect(await erase(ref)).toMatchObject({ after: { caseId: ref.caseId, runs: 0 } });
  } finally {
    asking.mockRestore();
  }
});
