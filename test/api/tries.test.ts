import { ApiStage } from '../support/api-stage';
import type { Order } from '../../src/domain/types';

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(() => stage.close());
afterEach(() => stage.simulator.control('DELETE', '/faults'));

/** A case that goes on by itself would take the answers that a later test wants its own mails to get. */
const toItsEnd = async (order: Order) => {
  await stage.simulator.control('DELETE', '/faults');
  await stage.untilState(order, 'completed');
};

const away = ({ eventNumber }: Order, operation: string, kind = 'maintenance') =>
  stage.simulator.control('POST', '/faults', [{ operation, kind, eventNumber, nth: 1, count: 1_000 }]);

// All of this used to be "läuft · Status auf Storno setzen …", for the whole attention time.
it('a step that keeps failing says what fails, since when, which try comes and when', async () => {
  const order = await stage.prepare();
  await away(order, 'set-storno');
  await stage.start(order, { attentionAfterMs: 60_000 });
  const { tries, steps, state } = await stage.until(order, (view) => view.tries !== null);
  expect([state, tries]).toMatchObject(['running', { step: 'set-storno', code: 'jet-unavailable' }]);
  // The first failure is not worth a word.
  expect(tries!.attempt).toBeGreaterThanOrEqual(3);
  expect(tries!.since).toBe(steps.find(({ name }) => name === 'set-storno')?.startedAt);
  expect(tries!.text).toMatch(
    /^Jet meldet, dass es nicht verfügbar ist, etwa wegen einer Wartung\. Versucht seit \d\d\.\d\d Uhr, bisher \d+ Mal\. (Nächster Versuch um \d\d\.\d\d Uhr|Gerade läuft der nächste Versuch)\.$/,
  );
  const waiting = await stage.until(order, (view) => view.tries?.nextAttemptAt != null);
  expect(Date.parse(waiting.tries!.nextAttemptAt!)).toBeGreaterThan(Date.parse(waiting.tries!.since!));
  await toItsEnd(order);
});

// The number used to begin anew with the question, and for the first attempt after it there was none at all.
it('goes on counting beside the question, and is silent when it goes on', async () => {
  const order = await stage.prepare();
  await away(order, 'grant-right');
  // Longer than any pause of a busy machine: what is asked is why it fails, and not that an attempt was slow.
  await stage.start(order, { attentionAfterMs: 8_000 });
  const counted: number[] = [];
  const { attention, tries } = await stage.until(order, (view) => {
    if (view.tries?.step !== 'grant-right') return false;
    if (view.tries.attempt !== null) counted.push(view.tries.attempt);
    return view.attention !== null && (view.tries.attempt ?? 0) >= 10;
  });
  expect(counted).toEqual(counted.toSorted((a, b) => a - b));
  expect([attention?.code, tries!.text]).toEqual([
    'jet-unavailable',
    expect.stringMatching(
      /^Jet meldet, dass es nicht verfügbar ist, etwa wegen einer Wartung\. Versucht seit \d\d\.\d\d Uhr, bisher \d+ Mal\. (Nächster Versuch um \d\d\.\d\d Uhr|Gerade läuft der nächste Versuch)\.$/,
    ),
  ]);
  await stage.simulator.control('DELETE', '/faults');
  expect((await stage.untilState(order, 'completed')).tries).toBeNull();
});

// A terminated run used to be "Versucht seit …, nächster Versuch um …", for ever.
it('says nothing of tries in a case that was stopped', async () => {
  const order = await stage.prepare();
  await away(order, 'set-storno');
  await stage.start(order, { attentionAfterMs: 60_000 });
  await stage.until(order, (view) => view.tries !== null);
  await stage.handle(order).terminate();
  const stopped = await stage.untilState(order, 'interrupted');
  expect(stopped).toMatchObject({ step: 'set-storno', tries: null });
});

it('a look at Connect Online says when the next one is, and "not yet" is no failure', async () => {
  const order = await stage.prepare();
  await stage.simulator.control('PUT', '/sync', { paused: true });
  await stage.start(order, { pollIntervalMs: 1_000 });
  const { tries } = await stage.until(order, (view) => view.tries?.nextAttemptAt != null);
  expect(tries).toMatchObject({ step: 'verify-channel', code: 'channel-not-showing-storno' });
  expect(tries!.text).toMatch(/^Nächste Prüfung \d\d\.\d\d Uhr\.$/);
  await stage.simulator.control('PUT', '/sync', { paused: false });
  await stage.untilState(order, 'completed');
});

it('a look that did not succeed is not told as "not yet"', async () => {
  const order = await stage.prepare();
  await stage.start(order, { syncIntervalMs: 600_000, pollIntervalMs: 1_000, attentionAfterMs: 60_000 });
  await stage.untilState(order, 'waiting');
  // The check looks there, too, and its look is over.
  await away(order, 'read-channel');
  await stage.skipWait(order);
  await stage.until(order, ({ step }) => step === 'wait-for-storno-transfer');
  await stage.skipWait(order);
  const { tries } = await stage.until(order, (view) => view.tries !== null);
  expect(tries).toMatchObject({ step: 'verify-channel', code: 'channel-unavailable' });
  expect(tries!.text).toMatch(/^Connect Online ist nicht erreichbar\. /);
  await toItsEnd(order);
});

it('counts the sendings of the mail to Ö-Ticket, each of which is an activity of its own', async () => {
  const order = await stage.prepare();
  stage.mail.answers.push('not-sent', 'not-sent');
  // The pauses are so long that none of the sendings is missed: 6 seconds and 12.
  await stage.start(order, { attentionAfterMs: 180_000 });
  const { tries, attention } = await stage.until(order, (view) => view.tries !== null);
  expect(tries).toMatchObject({ step: 'notify-partner', attempt: 3, code: 'mail-server-unavailable' });
  expect(tries!.text).toMatch(
    /^Der Mailserver nimmt die E-Mail an Ö-Ticket gerade nicht an\. Versucht seit /,
  );
  expect(attention).toBeNull();
  await stage.untilState(order, 'completed');
});

// The look before the mail used to be "2. Versuch" for ever, since the mail was begun, below the question of before.
it('counts the looks before a mail is sent again for themselves, once the question is answered', async () => {
  const order = await stage.prepare();
  stage.mail.answers.push('in-doubt');
  await stage.start(order, { attentionAfterMs: 60_000 });
  const { attention, steps } = await stage.untilState(order, 'needs-attention');
  await away(order, 'read-event');
  const { status } = await stage.post(`/v1/cancellations/${order.house}/${order.eventNumber}/decide`, {
    attentionId: attention!.id,
    choice: 'send-again',
    reason: 'Der Versuch ist abgebrochen.',
  });
  expect(status).toBe(200);
  const looking = await stage.until(order, ({ tries }) => (tries?.attempt ?? 0) >= 4);
  expect(looking).toMatchObject({ state: 'running', attention: null, tries: { code: 'jet-unavailable' } });
  const { startedAt } = steps.find(({ name }) => name === 'notify-partner')!;
  expect(Date.parse(looking.tries!.since!)).toBeGreaterThan(Date.parse(startedAt!));
  await stage.simulator.control('DELETE', '/faults');
  await stage.untilState(order, 'completed');
});

it('is told while no worker answers, and no list asks for it', async () => {
  const order = await stage.prepare();
  // In a maintenance Jet says itself when the next attempt is welcome: in a second.
  await away(order, 'set-storno', 'error-500');
  await stage.start(order, { attentionAfterMs: 600_000 });
  // An attempt that the worker breaks off when it stops fails otherwise: so none is under way, or about to be.
  await stage.until(order, ({ tries }) => Date.parse(tries?.nextAttemptAt ?? '') - Date.now() > 5_000);
  await stage.stopWorkers();
  const view = await stage.view(order);
  expect(view).toMatchObject({ stale: true, tries: { code: 'jet-unavailable' } });
  const list = await stage.get<{ cancellations: object[] }>('/v1/cancellations?house=FSP');
  expect(list.body.cancellations.every((row) => !('tries' in row))).toBe(true);
  await stage.startWorkers();
});

it('a wait that is put off again and again can be skipped by the save that the view names', async () => {
  const order = await stage.prepare();
  await stage.start(order, { syncIntervalMs: 5_000, attentionAfterMs: 1_000 });
  let saves = 0;
  const savingForEver = setInterval(
    () => void stage.edit(order.eventNumber, { production: `${(saves += 1)}` }),
    900,
  );
  try {
    const asked = await stage.until(order, ({ attention }) => attention?.code === 'saved-again-and-again');
    expect(asked.allowedActions).toEqual(['abort', 'retry', 'skip-wait']);
    // The run learnt of one save; later ones are known from its attempts.
    const later = await stage.until(order, ({ waitSavedAt }) => waitSavedAt !== asked.waitSavedAt);
    expect(Date.parse(later.waitSavedAt!)).toBeGreaterThan(Date.parse(asked.waitSavedAt!));
  } finally {
    clearInterval(savingForEver);
  }
  await stage.untilState(order, 'completed');
});
