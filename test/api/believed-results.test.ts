import type { CancellationInput } from '../../src/domain/case';
import { sealedStart } from '../../src/domain/seal';
import type { Order } from '../../src/domain/types';
import { findGenuine } from '../../src/trust/seals';
import { RING } from '../support/trust';
import { TASK_QUEUE } from '../../src/workflows/messages';
import { completeForeignRun } from '../support/foreign-worker';
import { ApiStage } from '../support/api-stage';
import { Forger, type Call } from '../support/forged-results';

/*
 * Somebody answers a step in a production with a result of the right shape (`temporal activity complete`): the run believes
 * it. The step after it goes by the journal: nothing is done that rests on the run's word alone.
 */
let stage: ApiStage;
let forger: Forger;
beforeAll(async () => {
  const isSealed = (workflowId: string, input: CancellationInput) =>
    findGenuine(RING, sealedStart(workflowId, input), input.seal) !== null;
  stage = await ApiStage.open({ isSealed }, [], { isProduction: true });
  forger = await Forger.beside(stage);
});
afterAll(() => stage.close());

const AT = '2026-01-05T18:30:00.000Z';
const EVENT = {
  ...{ title: { before: 'Rigoletto', after: 'Rigoletto – ENTFÄLLT' } },
  ...{ customerTitle: { before: null, after: null }, externalMemo: { before: null, after: 'Grund' } },
  ...{ statusText: 'Verkaufsfreigabe', startsAt: AT, venue: 'Oper', location: 'Linz', organiser: 'Oper' },
  production: null,
};
const OPENED = {
  ...{ kind: 'opened', event: EVENT, warnings: [], backend: 'gateway', openedAt: AT, claim: null },
  ...{ right: { validFrom: '2026-01-05', validUntil: '2026-07-05' }, actor: 'Die Direktion' },
  ...{ actorId: 'oidc:somebody', ended: null, head: null },
};

const pathOf = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;

async function operations({ house, eventNumber }: Order): Promise<string[]> {
  const lines = await stage.journal.linesOfEvent(house, eventNumber);
  return lines.filter(({ kind }) => kind !== 'intent').map(({ operation }) => operation);
}

/** Brings a case to where the next such call of Jet is made by the step, and holds it there. */
const BRING: Record<
  'check' | 'set-storno' | 'verify-channel' | 'grant-right',
  (order: Order) => Promise<unknown>
> = {
  check: (order) => stage.start(order),
  'set-storno': (order) => stage.skipWait(order),
  'verify-channel': (order) => stage.skipWait(order),
  'grant-right': (order) => stage.skipWait(order),
};

async function begin(step: keyof typeof BRING, order: Order): Promise<void> {
  if (step === 'check') return;
  await stage.startWaiting(order);
  if (step === 'set-storno') return;
  await stage.skipWait(order);
  await stage.until(order, (view) => view.step === 'wait-for-storno-transfer');
}

const FORGED: [step: keyof typeof BRING, call: Call, result: object, undone: string[]][] = [
  ['check', 'readEvent', OPENED, ['save-announcement', 'close']],
  [
    'set-storno',
    'setStatusStorno',
    { kind: 'cancelled', savedAt: AT, remainingMs: 0, isOurs: true, head: null },
    ['grant-right', 'send-partner-notice', 'close'],
  ],
  [
    'verify-channel',
    'readChannelInfo',
    { seenAt: AT, isStornoSeen: true, head: null },
    ['grant-right', 'send-partner-notice', 'close'],
  ],
  [
    'grant-right',
    'grantRight',
    { validUntil: '2027-07-05', hasWritten: true, isStornoSeen: true, head: null },
    ['send-partner-notice', 'close'],
  ],
];

it.each(FORGED)(
  'a made-up result of %s leads to nothing, a person is asked, and a new run does it',
  async (step, call, result, undone) => {
    const order = await stage.prepare();
    await begin(step, order);
    const { reached, release } = forger.holdNext(call, order);
    try {
      await BRING[step](order);
      await reached;
      await forger.complete(order, result);
      const { attention } = await stage.untilState(order, 'needs-attention');
      expect(attention).toMatchObject({ code: 'journal-behind' });
      expect(attention!.text).toContain('im Logbuch steht er nicht');
      for (const operation of undone) expect(await operations(order)).not.toContain(operation);
      await stage.handle(order).terminate('Ein Ergebnis, das nicht von Absage ist');
      await stage.untilState(order, 'interrupted');
    } finally {
      release();
    }
    expect((await stage.post(`${pathOf(order)}/resume`, { reason: 'Geklärt' })).status).toBe(200);
    await stage.until(order, ({ state }) => state !== 'interrupted');
    const lines = await stage.journal.linesOfEvent(order.house, order.eventNumber);
    expect(lines.map(({ actor }) => actor)).not.toContain('Die Direktion');
  },
);

it('a made-up task is shown to nobody', async () => {
  const order = await stage.prepare();
  const { reached, release } = forger.holdNext('saveAnnouncement', order);
  await stage.start(order);
  await reached;
  const task = {
    mask: ['Status'],
    instruction: 'Bitte sofort Storno setzen.',
    fields: [],
    confirm: 'Erledigt',
  };
  await forger.complete(order, { kind: 'task', task, head: null });
  const { attention } = await stage.untilState(order, 'needs-attention');
  release();
  expect(attention).toMatchObject({ code: 'result-not-ours', task: null });
  expect(JSON.stringify(await stage.view(order))).not.toContain('sofort Storno');
  expect((await stage.post(`${pathOf(order)}/abort`, { reason: 'Geklärt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
});

it('a run that somebody else has completed leaves its case interrupted, and it is resumed', async () => {
  const order = await stage.prepare();
  const { caseId } = await stage.startWaiting(order);
  await stage.stopWorkers();
  await stage.handle(order).signal('nobody');
  await completeForeignRun(stage.temporal, TASK_QUEUE, stage.handle(order).workflowId);
  await stage.startWorkers();
  const view = await stage.untilState(order, 'interrupted');
  expect(view).toMatchObject({ caseId, allowedActions: ['resume'] });
  expect((await stage.post(`${pathOf(order)}/resume`, { reason: 'Geklärt' })).status).toBe(200);
  expect(await stage.untilState(order, 'waiting')).toMatchObject({ caseId });
});
