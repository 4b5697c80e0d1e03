import { MockActivityEnvironment } from '@temporalio/testing';
import { CANCEL_SERIES, seriesWorkflowId } from '../../src/domain/series';
import { linesWith } from '../../src/domain/series-lines';
import type { OutgoingMail } from '../../src/mail/port';
import { ActivityStage } from '../support/activity-stage';
import { FakeMail } from '../support/fake-mail';
import { aPolicy } from '../support/examples';

/* What a house is told of its series, once, whatever happens to the attempts. */

const ID = '7b0f6c1e-58f0-4f43-9f6a-000000000001';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
  await stage.journal.openSeries(ID, {
    ...{ actor: 'Karl Kassa', actorId: 'token:karl', operation: 'order-series', effectKey: 'order' },
    after: {
      ...{ title: 'Erkrankung', marker: 'ENTFÄLLT', reason: 'Entfällt.', policies: { FSP: aPolicy() } },
      orderedAt: '2027-01-01T10:00:00.000Z',
      items: [
        {
          ...{ caseId: 'case-1', house: 'FSP', eventNumber: '104233' },
          expected: { title: 'Iphigenie', startsAt: '2027-02-01T18:30:00.000Z' },
        },
      ],
    },
    outcome: 'digest',
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => stage.close());

/** The process that tells is killed after the server has taken its mail, or before. */
class DeadlyMail extends FakeMail {
  calls = 0;

  override send(_mail: OutgoingMail): Promise<never> {
    this.calls += 1;
    return Promise.reject(new Error('killed'));
  }
}

const attempt = (mail: FakeMail) => {
  const run = {
    workflowExecution: { workflowId: seriesWorkflowId(ID), runId: 'run' },
    workflowType: CANCEL_SERIES,
  };
  const { tellHouses } = stage.worker({ mail });
  return new MockActivityEnvironment(run).run(tellHouses, { seriesId: ID, kind: 'begun' as const });
};

it('notes a mail without an outcome as in doubt, once nobody can be at it any more, and sends none again', async () => {
  const mail = new DeadlyMail();
  const outcomes = async () =>
    linesWith(await stage.journal.seriesLines(ID), 'note-house').map(({ outcome }) => outcome);
  await expect(attempt(mail)).rejects.toThrow('killed');
  // The first one may still be at it.
  await expect(attempt(mail)).rejects.toThrow();
  expect([mail.calls, await outcomes()]).toEqual([1, []]);

  const later = Date.now() + 60_000;
  jest.spyOn(Date, 'now').mockImplementation(() => later);
  for (let nth = 1; nth <= 2; nth += 1) expect(await attempt(mail)).toEqual({ told: 1 });
  expect([mail.calls, await outcomes()]).toEqual([1, ['in-doubt']]);
});
