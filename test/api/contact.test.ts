import type { CaseJournal } from '../../src/cases/case-journal';
import type { CancellationView } from '../../src/cases/view';
import type { ProtocolDocument } from '../../src/protocol/document';
import { verifyProtocol } from '../../src/protocol/verify';
import type { Order } from '../../src/domain/types';
import { ERASE_CONTACTS, ERASER_SCHEDULE, TASK_QUEUE } from '../../src/workflows/messages';
import type { ErasureResult } from '../../src/activities/erase-contacts';
import { ApiStage } from '../support/api-stage';
import { resetToFirstEvent } from '../support/reset';

const CONTACT = { name: 'Hermine Kanarek', phone: '+43 660 7777777', email: 'kanarek@haus.example' };
const TIMEOUT_MS = 60_000;

/** The server deletes a run only after a look that it takes every 30 s. */
const DELETES_SOON = ['transfer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorUpdateAckInterval="200ms"`,
);

let stage: ApiStage;
beforeAll(async () => {
  stage = await ApiStage.open({}, DELETES_SOON);
}, TIMEOUT_MS);
afterAll(() => stage?.close(), TIMEOUT_MS);

const pathOf = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;

const journalOf = async (order: Order) => (await stage.get<CaseJournal>(`${pathOf(order)}/journal`)).body;

const protocolOf = async (order: Order) =>
  (await stage.app.inject(`${pathOf(order)}/protocol`)).json<ProtocolDocument>();

const runSchedule = () =>
  stage.temporal.workflow.execute(ERASE_CONTACTS, {
    taskQueue: TASK_QUEUE,
    workflowId: `${ERASER_SCHEDULE.scheduleId}-${Math.random()}`,
  }) as Promise<ErasureResult>;

async function wish({ caseId }: CancellationView): Promise<void> {
  await stage.journal.wishErasure(caseId, { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt' });
}

it(
  'shows the contact while it is kept, and afterwards when it was erased; the same order stays the same',
  async () => {
    const order = await stage.prepare({ contact: CONTACT });
    const view = await stage.carryOut(order);
    expect(view).toMatchObject({ order: { contact: CONTACT }, contactErasedAt: null });
    expect((await journalOf(order)).verified).toBe(true);
    expect(JSON.stringify(await journalOf(order))).not.toMatch(/Kanarek|7777777|kanarek/);
    expect((await protocolOf(order)).order.contact).toEqual(CONTACT);

    await wish(view);
    // The run ends a moment after the case does.
    await stage.handle(order).result();
    expect(await runSchedule()).toEqual({ erased: [view.caseId], failed: [], left: 0 });

    const after = await stage.until(order, ({ runId }) => runId === null);
    expect(after.order).not.toHaveProperty('contact');
    expect(after.contactErasedAt).not.toBeNull();
    expect(await journalOf(order)).toMatchObject({ verified: true });
    const document = await protocolOf(order);
    expect(document).toMatchObject({
      contact: { erasedAt: after.contactErasedAt },
      order: { contact: null },
    });
    expect(await verifyProtocol(Buffer.from(JSON.stringify(document)))).toMatchObject({ proof: 'whole' });
    expect(JSON.stringify([after, document])).not.toMatch(/Kanarek|7777777|kanarek/);

    for (const contact of [CONTACT, { ...CONTACT, phone: '1' }, undefined]) {
      const again = await stage.post<CancellationView>('/v1/cancellations', { ...order, contact });
      expect([again.status, again.body.caseId]).toEqual([200, view.caseId]);
    }
    const other = await stage.post('/v1/cancellations', { ...order, contact: CONTACT, reason: 'Anderes.' });
    expect(other.status).toBe(409);
  },
  TIMEOUT_MS,
);

it(
  'tells orders apart by their contact while it is kept',
  async () => {
    const order = await stage.prepare({ contact: CONTACT });
    const { caseId } = await stage.carryOut(order);
    const again = await stage.post<CancellationView>('/v1/cancellations', order);
    expect([again.status, again.body.caseId]).toEqual([200, caseId]);
    for (const contact of [{ ...CONTACT, phone: '1' }, undefined])
      expect((await stage.post('/v1/cancellations', { ...order, contact })).status).toBe(409);
  },
  TIMEOUT_MS,
);

it(
  'leaves the key of a case alone while a run of it is open, and takes its resets with it later',
  async () => {
    const order = await stage.prepare({ contact: CONTACT });
    const view = await stage.startWaiting(order);
    await wish(view);
    expect(await runSchedule()).toEqual({ erased: [], failed: [], left: 0 });
    await stage.post(`${pathOf(order)}/abort`, { reason: 'Irrtum' });
    await stage.untilState(order, 'aborted');
    await stage
      .handle(order)
      .result()
      .catch(() => {});
    await resetToFirstEvent(stage.temporal, stage.handle(order).workflowId, view.runId ?? '');
    await stage
      .handle(order)
      .result()
      .catch(() => {});
    expect((await runSchedule()).erased).toEqual([view.caseId]);
    const [line] = (await stage.journal.installationLines()).slice(-1);
    expect(line).toMatchObject({ operation: 'contact-erased', after: { caseId: view.caseId, runs: 2 } });
  },
  TIMEOUT_MS,
);

it(
  'erases the contact of a refused order, and not that of another case of the event',
  async () => {
    const event = await stage.event({ status: 'Abschluss' });
    const refused = await stage.carryOut(await stage.prepare({ event, contact: CONTACT }), 'refused');
    await stage.edit(event.eventNumber, { status: 'Verkaufsfreigabe' });
    const order = await stage.prepare({ event: await stage.read(event.eventNumber), contact: CONTACT });
    const next = await stage.carryOut(order);
    await wish(refused);
    await stage.handle(order).result();
    expect((await runSchedule()).erased).toEqual([refused.caseId]);
    expect(await stage.view(order)).toMatchObject({ caseId: next.caseId, order: { contact: CONTACT } });
  },
  TIMEOUT_MS,
);
