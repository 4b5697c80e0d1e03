import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import type { CancellationView } from '../../src/cases/view';
import { consolePages } from '../../src/console/console';
import { toInstant } from '../../src/domain/clock';
import type { Order } from '../../src/domain/types';
import { consoleSession } from '../support/console-session';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

/*
 * What the page of a case says while it runs, and when it has ended. No browser is used: the words are in the page.
 */

let stage: ApiStage;
let app: FastifyInstance;
const GUIDED = 'GUID';

beforeAll(async () => {
  stage = await ApiStage.open();
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
}, 120_000);
afterAll(async () => {
  await app.close();
  await stage.close();
});

/**
 * Of one event, and never taken back: a case that an earlier test has left where it is stays there, and the one that is closed by
 * hand does not go on before.
 */
const away = ({ eventNumber }: Order, operation: string, nth = 1) =>
  stage.simulator.control('POST', '/faults', [
    { operation, kind: 'maintenance', eventNumber, nth, count: 1_000 },
  ]);
const act = ({ house, eventNumber }: Order, action: string, body: object = {}) =>
  stage.post<CancellationView>(`/v1/cancellations/${house}/${eventNumber}/${action}`, {
    reason: 'Probe',
    ...body,
  });

/** The words of one region of the page, or of all of it. */
async function words({ house, eventNumber }: Order, region?: string): Promise<string> {
  const { body } = await app.inject(`/absagen/${house}/${eventNumber}`);
  const from = region === undefined ? 0 : body.indexOf(`id="${region}"`);
  const part = body.slice(from, region === undefined ? undefined : body.indexOf('</section>', from));
  return part
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

let guidedNumber = 881_000;
async function startGuided(): Promise<Order> {
  const seen = {
    title: 'Der Talisman',
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2027-05-05T19:30:00.000+02:00',
    venue: 'Stadtsaal',
    location: 'Krems',
    organiser: 'Gastspiele GmbH',
  };
  guidedNumber += 1;
  const order = {
    house: GUIDED,
    eventNumber: String(guidedNumber),
    marker: 'ENTFÄLLT',
    reason: 'Sturm.',
    seen,
  };
  await stage.start(order as unknown as Order, { syncIntervalMs: 600_000 });
  await stage.untilState(order, 'needs-attention');
  return order as unknown as Order;
}

it('a mail that was sent by hand is spoken of as a mail, not as a mask', async () => {
  const order = await stage.prepare();
  stage.mail.answersAbout.set(order.eventNumber, ['refused']);
  await stage.start(order);
  await stage.until(order, ({ byHand }) => byHand !== null);
  const ways = await words(order, 'wege');
  expect(ways).toContain('Wann haben Sie die E-Mail gesendet?');
  expect(ways).toContain('Betreff');
  expect(ways).not.toContain('Maske');
});

it('a wait says at the top until when it is sold, and that the performance begins too soon', async () => {
  const order = await stage.prepare({
    event: await stage.event({ startsAt: toInstant(Date.now() + 900_000) }),
  });
  await stage.startWaiting(order);
  const standing = await words(order, 'stand');
  expect(standing).toContain('Die Vorstellung beginnt bald');
  expect(standing).toMatch(/Bis ca\. \d\d\.\d\d Uhr wird weiter verkauft/);
  expect(await words(order, 'angaben')).not.toContain('Die Vorstellung beginnt bald');
});

it('only its state may stand in a frame, of our own pages, and it keeps the other rules', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  const path = `/absagen/${order.house}/${order.eventNumber}`;
  const [page, frame] = await Promise.all([path, `${path}/stand`].map((url) => app.inject(url)));
  const policyOf = ({ headers }: LightMyRequestResponse) => String(headers['content-security-policy']);
  expect(policyOf(page!)).toContain("frame-ancestors 'none'");
  expect(policyOf(page!)).toContain("frame-src 'self'");
  expect(policyOf(frame!)).toContain("frame-ancestors 'self'");
  expect(policyOf(frame!)).toContain("default-src 'none'");
  for (const name of ['referrer-policy', 'x-content-type-options', 'cache-control'])
    expect(frame!.headers[name]).toBe(page!.headers[name]);
  expect(frame!.body).toMatch(/http-equiv="refresh" content="10; url=\/absagen\/.*\/stand\?selbst=1"/);
  expect(frame!.body).not.toContain('<form');
  expect(page!.body).not.toContain('http-equiv="refresh"');
});

it('a step that keeps failing is not just "läuft"', async () => {
  const order = await stage.prepare();
  await away(order, 'set-storno');
  await stage.start(order, { attentionAfterMs: 60_000 });
  await stage.until(order, ({ tries }) => tries !== null);
  expect(await words(order)).toMatch(
    /etwa wegen einer Wartung\. Versucht seit \d\d\.\d\d Uhr, bisher \d+ Mal/,
  );
});

it('what Connect Online shows is said only when somebody has looked', async () => {
  const order = await stage.prepare();
  await away(order, 'read-channel', 2);
  await stage.start(order, { attentionAfterMs: 60_000, pollIntervalMs: 1_000 });
  await stage.until(order, ({ tries }) => tries !== null);
  expect(await words(order)).not.toContain('zeigt den Storno noch nicht');
  expect(await words(order, 'stand')).toContain('Connect Online ist nicht erreichbar.');
});

describe('a step by hand in a house with a gateway', () => {
  async function stuckAt(stuck: 'set-storno' | 'grant-right'): Promise<Order> {
    const order = await stage.prepare();
    await away(order, stuck);
    await stage.start(order, { attentionAfterMs: 4_000 });
    // On a busy machine an earlier step may ask as well, for a moment.
    await stage.until(order, ({ byHand, step }) => byHand !== null && step === stuck);
    return order;
  }

  it('has the instructions of the guided task: mask, what never to choose, and that there is no way back', async () => {
    const ways = await words(await stuckAt('set-storno'), 'wege');
    expect(ways).toContain('Veranstaltungen bearbeiten');
    expect(ways).toContain('AUF KEINEN FALL Bereitstellung oder Abschluss wählen');
    expect(ways).toContain('Danach gibt es kein Zurück.');
    expect(ways).toContain('Bitte zuerst in Jet auf Storno setzen');
  });

  it('names the mask of the right, and what to enter', async () => {
    const ways = await words(await stuckAt('grant-right'), 'wege');
    expect(ways).toContain('Erweiterte Stornoberechtigungen');
    expect(ways).toContain('Dem Connect Online Kassierer erweiterte Stornorechte');
  });
});

it('a mail that waits for a look at the status can go by what a person has seen in the mask', async () => {
  const order = await stage.prepare();
  await away(order, 'grant-right');
  await stage.start(order, { attentionAfterMs: 2_000 });
  await stage.until(order, ({ step, attention }) => step === 'grant-right' && attention !== null);
  await away(order, 'read-event');
  // The first sending may go by the look of the proof; each later one needs a look of its own.
  stage.mail.answersAbout.set(order.eventNumber, ['not-sent']);
  await act(order, 'waive-step', { step: 'grant-right' });
  await stage.until(order, ({ step, attention }) => step === 'notify-partner' && attention !== null);
  const offered = await words(order, 'wege');
  expect(offered).toContain('Bitte sehen Sie in der Maske selbst nach. Danach sendet Absage die E-Mail.');
  expect(offered).toContain('Oder haben Sie Ö-Ticket selbst verständigt?');
  const { body } = await app.inject(`/absagen/${order.house}/${order.eventNumber}`);
  for (const id of ['grund-set-storno', 'readBack.status', 'readBack.title', 'grund-confirm-step'])
    expect(body.split(`id="${id}"`)).toHaveLength(2);
  const readBack = { status: 'Storno', title: `${order.expected.title} – ENTFÄLLT` };
  await act(order, 'confirm-step', { step: 'set-storno', readBack });
  const done = await stage.untilState(order, 'completed');
  expect(done.steps.find(({ name }) => name === 'notify-partner')?.state).toBe('done');
});

describe('a house without a gateway', () => {
  it('is told before the wait, and in it, when its clerk must be back and what ends the abort', async () => {
    const order = await startGuided();
    expect(await words(order, 'stand')).toContain(
      'Abbrechen können Sie nur, bis Absage Ihnen diese zweite Aufgabe',
    );
    await act(order, 'confirm-step', {
      step: 'mark-titles',
      readBack: { title: 'Der Talisman – ENTFÄLLT', customerTitle: null, externalMemo: 'Sturm.' },
    });
    await stage.untilState(order, 'waiting');
    const standing = await words(order, 'stand');
    expect(standing).toMatch(
      /Um \d\d\.\d\d Uhr müssen Sie wieder da sein: dann setzen Sie in Jet den Status/,
    );
    expect(standing).not.toContain('wird der Status auf Storno gesetzt');
    expect(standing).toContain('Bis dahin können Sie dieses Fenster schließen.');
  });
});

describe('a case that was closed by hand', () => {
  let order: Order;
  beforeAll(async () => {
    order = await stage.prepare();
    await away(order, 'read-channel', 2);
    await stage.start(order, { attentionAfterMs: 4_000 });
    await stage.until(order, ({ allowedActions }) => allowedActions.includes('close-by-hand'));
  });

  const LEFT = [
    'In Connect Online nachsehen, ob der Storno bei Ö-Ticket angekommen ist.',
    'Die erweiterte Stornoberechtigung gesondert vergeben',
    'Ö-Ticket verständigen und die Rückerstattung anweisen',
    'Käufer:innen der eigenen Kassa',
  ];

  it('is told beforehand what it would leave', async () => {
    const ways = await words(order, 'wege');
    for (const text of LEFT) expect(ways).toContain(text);
  });

  it('says on its page, in the mail and in the Protokoll what is left, and what was done', async () => {
    await act(order, 'close-by-hand');
    const view = await stage.untilState(order, 'closed-by-hand');
    const standing = await words(order, 'stand');
    const answer = await app.inject(`/absagen/FSP/${order.eventNumber}/protokoll.json`);
    const protocol = answer.json<{ toDo: string[]; steps: { name: string; state: string }[] }>();
    // The house is told after the end has been written down.
    const mail = await eventually(
      () => stage.mail.alerts.find(({ subject }) => subject.startsWith('closed-by-hand'))?.text,
      (text) => text !== undefined,
    );
    expect(view.remaining).toEqual(protocol.toDo);
    const tasks = await words(order, 'aufgaben');
    for (const text of LEFT) {
      expect(tasks).toContain(text);
      expect(mail).toContain(text);
    }
    expect(standing).toContain('Geschlossen von ');
    const isDone = (state: string) =>
      !['upcoming', 'current', 'open', 'unclear', 'not-needed'].includes(state);
    expect(view.steps.map(({ name, state }) => [name, isDone(state)])).toEqual(
      protocol.steps.map(({ name, state }) => [name, isDone(state)]),
    );
    expect(await words(order, 'schritte')).not.toContain('jetzt');
  });
});

it('an aborted case says who and why, and until when Ö-Ticket may still show the marker', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  await act(order, 'abort');
  await stage.untilState(order, 'aborted');
  const standing = await words(order, 'stand');
  expect(standing).toMatch(/Abgebrochen von \S+( .*)?\. Begründung: Probe/);
  expect(standing).toMatch(/bis ca\. .* Uhr kann dort noch der Zusatz zu sehen sein/);
  expect(await words(order, 'aufgaben')).toContain(
    'Bei Ö-Ticket nachsehen, ob dort wieder der ursprüngliche Titel steht.',
  );
});
