import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import { type AppDependencies } from '../../src/api/dependencies';
import { logInByToken } from '../../src/cases/log-in';
import { consolePages } from '../../src/console/console';
import { TrainingDesk } from '../../src/console/training/desk';
import type { Order } from '../../src/domain/types';
import { createSmtpMail } from '../../src/mail/smtp-mail';
import { startSimulator } from '../../src/simulator/server';
import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import { readSmtpUrl } from '../../src/settings/smtp';
import { hashToken } from '../../src/settings/tokens';
import type { TrainingSettings } from '../../src/settings/training';
import { startMailCatcher, type MailCatcher } from '../../src/up/mail-catcher';
import { ApiStage, TIMING } from '../support/api-stage';
import { consoleSession } from '../support/console-session';
import { aMail } from '../support/mail-examples';
import { NEVER_MS, SILENT, TestSimulator } from '../support/simulator';
import { eventually } from '../support/eventually';

let stage: ApiStage;
let catcher: MailCatcher;
let mailFolder: string;
let visitor: Visitor;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  stage = await ApiStage.open();
  mailFolder = mkdtempSync(join(tmpdir(), 'absage-'));
  catcher = await startMailCatcher({ dataDir: mailFolder, ports: { mail: 0, mailUi: 0 } }, SILENT);
  const app = await openConsole({ simulatorUrl: stage.simulator.url, mailUiUrl: catcher.url });
  visitor = new Visitor(app);
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

afterAll(async () => {
  await visitor?.app.close();
  await catcher?.stop();
  await rm(mailFolder, { recursive: true, force: true });
  await stage?.close();
});

type TrainingAddresses = Omit<TrainingSettings, 'simulatorToken'>;

function openConsole(
  addresses: TrainingAddresses | null,
  changes: Partial<AppDependencies> = {},
): Promise<FastifyInstance> {
  const deps = { ...stage.deps, ...changes };
  const training = addresses && { simulatorToken: SIMULATOR_TOKEN, ...addresses };
  return buildApp(deps, consolePages({ ...deps, ...consoleSession(deps), training }));
}

/** A person with a browser without JavaScript. */
class Visitor {
  private cookie = '';

  constructor(readonly app: FastifyInstance) {}

  async see(url: string): Promise<LightMyRequestResponse> {
    const answer = await this.app.inject({ url, headers: { cookie: this.cookie } });
    const [session] = [answer.headers['set-cookie'] ?? []].flat();
    if (session) this.cookie = session.split(';')[0] ?? '';
    return answer;
  }

  /** Sends a form as a page of this visitor would, with its secret. */
  async press(button: string, fields: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const page = await this.see('/');
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    return this.send(button, { _csrf: csrf, ...fields });
  }

  send(button: string, fields: Record<string, string>): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'POST',
      url: `/uebung/${button}`,
      headers: { cookie: this.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });
  }
}

/** Presses a button, and expects that it succeeds. */
async function press(button: string, fields: Record<string, string> = {}): Promise<void> {
  const answer = await visitor.press(button, fields);
  expect([answer.statusCode, answer.headers.location]).toEqual([303, expect.stringContaining(button)]);
}

const back = { richtung: 'zurueck' };

const about = ({ house, eventNumber }: Pick<Order, 'house' | 'eventNumber'>) => ({
  fall: `${house}/${eventNumber}`,
});

/** Starts a cancellation whose titles are marked and whose first wait is long. */
async function waitingCase(changes: Parameters<ApiStage['event']>[0] = {}): Promise<Order> {
  const order = await stage.prepare({ event: await stage.event(changes) });
  await stage.startWaiting(order);
  return order;
}

async function send(subject: string) {
  const mail = createSmtpMail({ server: readSmtpUrl(catcher.smtpUrl), rehearsalTo: null, isRehearsal: true });
  const [first] = await mail.send(aMail({ subject }));
  return first?.outcome;
}

async function jetStatus(eventNumber: string): Promise<number> {
  return (await stage.simulator.gateway('GET', `/events/${eventNumber}`)).status;
}

describe('a mishap to everything', () => {
  it('keeps Ö-Ticket from hearing anything, until it works again', async () => {
    await press('delay');
    const { eventNumber } = await stage.event();
    await stage.edit(eventNumber, { title: 'Anders' });
    const isOver = ({ readAt, savedAt }: { readAt: string; savedAt: string }) =>
      Date.parse(readAt) - Date.parse(savedAt) > 3 * TIMING.syncIntervalMs;
    await eventually(() => stage.read(eventNumber), isOver);
    const actors = async () => (await stage.simulator.log(eventNumber)).map(({ actor }) => actor);
    expect(await actors()).not.toContain('sync');
    await press('delay', back);
    await eventually(actors, (all) => all.includes('sync'));
  });

  it('closes Jet, and opens it again', async () => {
    const { eventNumber } = await stage.event();
    await press('jet-away');
    expect(await jetStatus(eventNumber)).toBe(503);
    await press('jet-away', back);
    expect(await jetStatus(eventNumber)).toBe(200);
  });

  it('leaves the next mail to Ö-Ticket in doubt, and none to the house', async () => {
    await press('mail-in-doubt');
    expect(await send('[PROBE] Absage braucht Sie: Faust (VA-Nr. 7)')).toBe('accepted');
    expect(await send('[PROBE] Absage: Faust (VA-Nr. 7)')).toBe('in-doubt');
    expect(await send('[PROBE] Absage: Faust (VA-Nr. 7)')).toBe('accepted');
  });

  it('leaves the mail in doubt of that cancellation only whose page it was pressed on', async () => {
    await press('mail-in-doubt', { fall: 'FSP/8' });
    expect(await send('Absage: Faust (VA-Nr. 88)')).toBe('accepted');
    expect(await send('Absage: Faust (VA-Nr. 8)')).toBe('in-doubt');
  });

  it('lets mails through again', async () => {
    await press('mail-in-doubt');
    await press('mail-in-doubt', back);
    expect(await send('Absage: Faust (VA-Nr. 7)')).toBe('accepted');
  });
});

describe('a colleague', () => {
  it('takes the marker from the title, and puts it back', async () => {
    const order = await waitingCase();
    const marked = (await stage.read(order.eventNumber)).title;
    await press('marker-removed', about(order));
    expect((await stage.read(order.eventNumber)).title).toBe(order.expected.title);
    const view = await stage.until(order, ({ step }) => step === 'wait-for-title-transfer');
    expect(view.event?.title.after).toBe(marked);
    await press('marker-removed', { ...about(order), ...back });
    expect((await stage.read(order.eventNumber)).title).toBe(marked);
    const edits = (await stage.simulator.log(order.eventNumber)).filter(({ actor }) => actor === 'human');
    expect(edits.map(({ operation }) => operation)).toEqual(['edit', 'edit']);
  });

  it('corrects the title, as long as before and with its marker, and takes that back', async () => {
    const order = await waitingCase();
    const marked = (await stage.read(order.eventNumber)).title;
    await press('title-corrected', about(order));
    const corrected = (await stage.read(order.eventNumber)).title;
    expect(corrected).not.toBe(marked);
    expect(corrected).toHaveLength(marked.length);
    expect(corrected).toBe(marked.replace('Vorstellung', 'VORSTELLUNG'));
    await press('title-corrected', { ...about(order), ...back });
    expect((await stage.read(order.eventNumber)).title).toBe(marked);
  });

  it('leaves a marker in front of the title where it is', async () => {
    const order = await waitingCase({ house: 'BUS', title: 'Entfällt nie' });
    await press('title-corrected', about(order));
    expect((await stage.read(order.eventNumber)).title).toBe('ENTFÄLLT: ENTFÄLLT nie');
    await press('marker-removed', about(order));
    expect((await stage.read(order.eventNumber)).title).toBe('ENTFÄLLT nie');
  });

  it('sets Bereitstellung, and takes that back', async () => {
    const order = await waitingCase();
    await press('provisioned', about(order));
    expect((await stage.read(order.eventNumber)).statusText).toBe('Bereitstellung');
    await press('provisioned', { ...about(order), ...back });
    expect((await stage.read(order.eventNumber)).statusText).toBe('Verkaufsfreigabe');
  });

  it('saves nothing where there is nothing to take back: a save would begin the wait anew', async () => {
    const order = await waitingCase();
    const { savedAt } = await stage.read(order.eventNumber);
    for (const button of ['marker-removed', 'title-corrected', 'provisioned'])
      await press(button, { ...about(order), ...back });
    expect((await stage.read(order.eventNumber)).savedAt).toBe(savedAt);
  });

  it('never takes back a Storno', async () => {
    const order = await waitingCase();
    await stage.edit(order.eventNumber, { status: 'Storno' });
    await press('provisioned', { ...about(order), ...back });
    expect((await stage.read(order.eventNumber)).statusText).toBe('Storno');
  });

  it('cannot take away a marker that is not there', async () => {
    const order = await waitingCase();
    await press('marker-removed', about(order));
    const answer = await visitor.press('marker-removed', about(order));
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Im Titel steht gerade kein Zusatz.');
  });

  it('does nothing to a cancellation that has ended', async () => {
    const order = await stage.prepare();
    await stage.carryOut(order);
    const answer = await visitor.press('provisioned', { ...about(order), von: 'absage' });
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain('Diese Absage ist schon zu Ende.');
    expect(answer.body).toContain(`href="/absagen/FSP/${order.eventNumber}"`);
    expect((await stage.read(order.eventNumber)).statusText).toBe('Storno');
  });

  it.each([
    ['no cancellation', {}, 422, 'Bitte wählen Sie eine laufende Absage aus.'],
    ['an event that is not cancelled', { fall: 'FSP/700150' }, 404, 'Diese Absage gibt es nicht.'],
    ['a house that there is not', { fall: 'XXX/1' }, 404, 'Dieses Haus gibt es nicht.'],
  ])('is asked for with %s', async (_what, fields, status, sentence) => {
    const answer = await visitor.press('provisioned', fields as Record<string, string>);
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringContaining(sentence)]);
  });
});

it('makes everything normal again', async () => {
  const [removed, provisioned] = [await waitingCase(), await waitingCase()];
  const marked = (await stage.read(removed.eventNumber)).title;
  await press('marker-removed', about(removed));
  await press('provisioned', about(provisioned));
  await press('delay');
  await press('jet-away');
  await press('mail-in-doubt');
  await press('all-normal');
  expect((await stage.read(removed.eventNumber)).title).toBe(marked);
  expect((await stage.read(provisioned.eventNumber)).statusText).toBe('Verkaufsfreigabe');
  expect(await send('Absage: Faust (VA-Nr. 7)')).toBe('accepted');
  const actors = async () => (await stage.simulator.log(provisioned.eventNumber)).map(({ actor }) => actor);
  await eventually(actors, (all) => all.includes('sync'));
});

it('takes back Bereitstellung, and no title, where a cancellation has been aborted since', async () => {
  const order = await waitingCase();
  await press('marker-removed', about(order));
  await press('provisioned', about(order));
  await stage.post(`/v1/cancellations/FSP/${order.eventNumber}/abort`, { reason: 'Sie findet statt.' });
  await stage.untilState(order, 'aborted');
  await press('all-normal');
  expect(await stage.read(order.eventNumber)).toMatchObject({
    title: order.expected.title,
    statusText: 'Verkaufsfreigabe',
  });
});

describe('the page', () => {
  it('is found from every page', async () => {
    expect((await visitor.see('/')).body).toContain('<a href="/uebung">Übung</a>');
  });

  it('offers everything, each as a form that needs no JavaScript', async () => {
    const order = await waitingCase();
    const { body } = await visitor.see('/uebung');
    const actions = [
      ...body.matchAll(/<form class="mishap sheet" method="post" action="\/uebung\/([^"]+)"/g),
    ];
    expect(actions.map(([, id]) => id)).toEqual([
      'delay',
      'marker-removed',
      'title-corrected',
      'provisioned',
      'jet-away',
      'mail-in-doubt',
      'programme',
    ]);
    expect(body).toContain(`<option value="FSP/${order.eventNumber}">`);
    expect(body).toContain(`href="${catcher.url}"`);
  });

  it('shows what is switched on, by whom and since when, until it is switched off', async () => {
    const order = await waitingCase();
    const shown = async (path = '/uebung') =>
      [...(await visitor.see(path)).body.matchAll(/<li><strong>([^<]+)<\/strong>([^<]*)<\/li>/g)].map(
        ([, title, rest]) => `${title}${rest}`,
      );
    expect(await shown()).toEqual([]);
    await press('jet-away');
    await press('mail-in-doubt');
    await press('provisioned', about(order));
    const about1 = `(${order.expected.title}, FSP ${order.eventNumber})`;
    const all = [
      expect.stringMatching(/^Eine Kollegin setzt Bereitstellung .*, von Unbekannt, \d\d\.\d\d Uhr$/),
      expect.stringMatching(/^Jet ist nicht erreichbar, von Unbekannt, \d\d\.\d\d Uhr$/),
      expect.stringMatching(/^Die E-Mail bleibt im Zweifel, von Unbekannt, \d\d\.\d\d Uhr$/),
    ] as string[];
    expect(await shown()).toEqual(all);
    expect((await shown())[0]).toContain(about1);
    const path = `/absagen/FSP/${order.eventNumber}`;
    expect(await shown(path)).toEqual(all);
    expect((await visitor.see(path)).body).toContain('etwas geht schief (3 eingeschaltet)');
    // The catcher is used up by the mail that it dropped; nobody has to switch it off.
    expect(await send('Absage: Faust (VA-Nr. 7)')).toBe('in-doubt');
    expect(await shown()).toEqual(all.slice(0, 2));
    await press('provisioned', { ...about(order), ...back });
    expect(await shown()).toEqual(all.slice(1, 2));
    await press('all-normal');
    expect(await shown()).toEqual([]);
  });

  it('shows what somebody switched on past the page, without a name', async () => {
    await stage.simulator.control('PUT', '/sync', { paused: true });
    expect((await visitor.see('/uebung')).body).toContain('von wem ist nicht bekannt');
    await press('all-normal');
    expect((await visitor.see('/uebung')).body).toContain('Es ist nichts eingeschaltet.');
  });

  it('has the plan of a lesson as a PDF of one page, and the practice masks', async () => {
    const { body } = await visitor.see('/uebung');
    expect(body).toContain('href="/uebung/plan.pdf"');
    expect(body).toContain(`href="${stage.simulator.url}/masken"`);
    const { headers, rawPayload } = await visitor.see('/uebung/plan.pdf');
    expect(headers['content-type']).toBe('application/pdf');
    const pdf = rawPayload.toString('latin1');
    expect(pdf.startsWith('%PDF-1.7')).toBe(true);
    expect(/\/Type \/Pages\n\/Count (\d+)/.exec(pdf)?.[1]).toBe('1');
  });

  it('says what was done, and ignores texts that a foreign page put into the address', async () => {
    expect((await visitor.see('/uebung?getan=jet-away')).body).toContain('Jet antwortet jetzt nicht mehr');
    expect((await visitor.see('/uebung?getan=jet-away-zurueck')).body).toContain('Jet antwortet wieder.');
    // Before the content every page has an empty place, for that writes are off.
    const [, content] = (await visitor.see('/uebung?getan=%3Cb%3E')).body.split('<main');
    expect(content).toContain('Übung');
    expect(content).not.toContain('class="notice');
  });

  it('has nothing about mails where they go elsewhere', async () => {
    const app = await openConsole({ simulatorUrl: stage.simulator.url, mailUiUrl: null });
    closing.push(() => app.close());
    const other = new Visitor(app);
    expect((await other.see('/uebung')).body).not.toContain('mail-in-doubt');
    expect((await other.press('mail-in-doubt')).statusCode).toBe(404);
  });

  it('answers an unknown button with 404', async () => {
    expect((await visitor.press('storno')).statusCode).toBe(404);
  });
});

describe('the card of a cancellation', () => {
  it('stands on the page that one lands on after ordering, before anything was checked', async () => {
    await stage.stopWorkers();
    try {
      const order = await stage.prepare();
      const { event } = await stage.start(order);
      expect(event).toBeNull();
      const { body } = await visitor.see(`/absagen/FSP/${order.eventNumber}`);
      expect(body).toContain('<details id="uebung"');
    } finally {
      await stage.startWorkers();
    }
  });

  it('has the same buttons, folded, and leads back to its page', async () => {
    const order = await waitingCase();
    const path = `/absagen/FSP/${order.eventNumber}`;
    const folded = '<details id="uebung" class="sheet"><summary>Übung: etwas geht schief</summary>';
    const { body } = await visitor.see(path);
    expect(body).toContain(folded);
    expect(body.split(`<input type="hidden" name="fall" value="FSP/${order.eventNumber}"/>`)).toHaveLength(9);
    const answer = await visitor.press('title-corrected', { ...about(order), von: 'absage' });
    expect(answer.headers.location).toBe(`${path}?uebung=title-corrected`);
    const after = await visitor.see(answer.headers.location ?? '');
    expect(after.body).toContain('Der Titel ist ausgebessert');
    expect(after.body).not.toContain(folded);
  });

  it('is not there when the cancellation has ended', async () => {
    const order = await stage.prepare();
    await stage.carryOut(order);
    expect((await visitor.see(`/absagen/FSP/${order.eventNumber}`)).body).not.toContain('id="uebung"');
  });
});

it('does nothing for a form of a foreign page', async () => {
  const { eventNumber } = await stage.event();
  for (const fields of [{}, { _csrf: 'geraten' }]) {
    const answer = await visitor.send('jet-away', fields as Record<string, string>);
    expect(answer.statusCode).toBe(403);
  }
  expect(await jetStatus(eventNumber)).toBe(200);
});

describe('with a simulator of its own', () => {
  it('begins a new programme', async () => {
    const simulator = await TestSimulator.start();
    closing.push(() => simulator.stop());
    await simulator.control('POST', '/reset', { programme: [] });
    expect((await simulator.gateway('GET', '/events/104233')).status).toBe(404);
    const other = await visitorOf(simulator.url);
    const question = await other.press('programme');
    expect([question.statusCode, question.body]).toEqual([
      200,
      expect.stringContaining('Wirklich ein neues Programm?'),
    ]);
    expect((await simulator.gateway('GET', '/events/104233')).status).toBe(404);
    expect((await other.press('programme', { sicher: 'ja' })).headers.location).toBe(
      '/uebung?getan=programme',
    );
    expect((await simulator.gateway('GET', '/events/104233')).status).toBe(200);
  });

  it('asks before a new programme, and names what would be lost', async () => {
    const order = await waitingCase();
    await press('delay');
    const { body } = await visitor.press('programme', { ...about(order), von: 'absage' });
    expect(body).toContain(`${order.expected.title} · FSP ${order.eventNumber}`);
    expect(body).toContain('verspätet sich</strong>, von Unbekannt');
    expect(body).toContain(`href="/absagen/FSP/${order.eventNumber}"`);
    expect((await stage.read(order.eventNumber)).title).not.toBe(order.expected.title);
    await press('delay', back);
  });

  it('says in a sentence that the simulator is away, and goes on when it is there', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'absage-simulator-'));
    closing.push(() => rm(dataDir, { recursive: true, force: true }));
    const start = (port: number) =>
      startSimulator({ dataDir, syncIntervalMs: NEVER_MS, ports: { simulator: port } }, SILENT);
    const { url, stop } = await start(0);
    await stop();
    const other = await visitorOf(url);
    const page = await other.see('/uebung');
    expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('antwortet gerade nicht')]);
    const answer = await other.press('delay');
    expect([answer.statusCode, answer.body]).toEqual([
      503,
      expect.stringContaining('Der Simulator antwortet gerade nicht.'),
    ]);
    expect(answer.body).not.toMatch(/ECONN|at .*\.ts/);
    const simulator = await start(Number(new URL(url).port));
    closing.unshift(() => simulator.stop());
    expect((await other.press('delay')).statusCode).toBe(303);
    expect((await other.see('/uebung')).body).not.toContain('antwortet gerade nicht');
  });

  it('says in a sentence that the mail catcher is away', async () => {
    const app = await openConsole({ simulatorUrl: stage.simulator.url, mailUiUrl: 'http://127.0.0.1:1' });
    closing.push(() => app.close());
    const other = new Visitor(app);
    const answer = await other.press('mail-in-doubt');
    expect([answer.statusCode, answer.body]).toEqual([
      503,
      expect.stringContaining('Der E-Mail-Fänger antwortet gerade nicht.'),
    ]);
    // A mail catcher that does not answer has nothing left to undo.
    expect((await other.press('all-normal')).statusCode).toBe(303);
  });
});

async function visitorOf(simulatorUrl: string): Promise<Visitor> {
  const app = await openConsole({ simulatorUrl, mailUiUrl: null });
  closing.push(() => app.close());
  return new Visitor(app);
}

describe('where there is no simulator', () => {
  /** A server that answers as it is given, and records every request. */
  async function gateway(answer: (url: string) => { status: number; headers?: object; body?: object }) {
    const asked: string[] = [];
    const app = Fastify();
    app.all('/*', (request, reply) => {
      asked.push(`${request.method} ${request.url}`);
      const { status, headers = {}, body = {} } = answer(request.url);
      return reply
        .status(status)
        .headers(headers as Record<string, string>)
        .send(body);
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    closing.push(() => app.close());
    return { url, asked };
  }

  it.each([
    ['that says so', () => ({ status: 200, body: { ok: true, simulator: false } })],
    ['that does not say', () => ({ status: 200, body: { ok: true } })],
    ['that says it in another way', () => ({ status: 200, body: { ok: true, simulator: 'true' } })],
    ['that knows another token', () => ({ status: 401, body: { simulator: true } })],
  ])('there is nothing to practise, and nothing else is asked: a gateway %s', async (_which, answer) => {
    const { url, asked } = await gateway(answer);
    const other = await visitorOf(url);
    expect((await other.see('/uebung')).statusCode).toBe(404);
    expect((await other.press('jet-away')).statusCode).toBe(404);
    expect((await other.see('/')).body).not.toContain('/uebung');
    expect(new Set(asked)).toEqual(new Set(['GET /jet/v1/health']));
  });

  it('follows no redirect to another address', async () => {
    const simulator = await TestSimulator.start();
    closing.push(() => simulator.stop());
    const { url, asked } = await gateway((path) => ({
      status: 307,
      headers: { location: `${simulator.url}${path}` },
    }));
    const other = await visitorOf(url);
    expect((await other.press('jet-away')).statusCode).toBe(503);
    expect(new Set(asked)).toEqual(new Set(['GET /jet/v1/health']));
  });

  it('asks again before it does something: another gateway may have come in its place', async () => {
    let isSimulator = true;
    const { url, asked } = await gateway(() => ({ status: 200, body: { ok: true, simulator: isSimulator } }));
    const other = await visitorOf(url);
    expect((await other.see('/uebung')).statusCode).toBe(200);
    isSimulator = false;
    expect((await other.press('jet-away')).statusCode).toBe(404);
    expect((await other.see('/uebung')).statusCode).toBe(404);
    expect(new Set(asked)).toEqual(new Set(['GET /jet/v1/health', 'GET /simulator/v1/state']));
  });

  it.each([
    'https://127.0.0.1:8091',
    'http://gateway.example',
    'http://127.0.0.1.gateway.example',
    'http://gateway.example#127.0.0.1',
    'http://10.0.0.1:8091',
    'http://0.0.0.0:8091',
    'http://127.0.0.1:8091/jet/v1',
    'http://token@127.0.0.1:8091',
    'nirgends',
  ])('refuses %s at once', (url) => {
    const here = 'http://127.0.0.1:8091';
    const open = (addresses: TrainingAddresses) =>
      new TrainingDesk({ simulatorToken: SIMULATOR_TOKEN, ...addresses });
    expect(() => open({ simulatorUrl: url, mailUiUrl: null })).toThrow('this machine only');
    expect(() => open({ simulatorUrl: here, mailUiUrl: url })).toThrow('this machine only');
  });

  it('does not exist in production, whatever it is given', async () => {
    const tokens = [
      { sha256: hashToken('geheim').toString('hex'), actor: 'eva', role: 'lead', houses: 'all' } as const,
    ];
    const training = { simulatorUrl: stage.simulator.url, mailUiUrl: catcher.url };
    const app = await openConsole(training, {
      isRehearsal: false,
      logIn: logInByToken(tokens, hashToken),
    });
    closing.push(() => app.close());
    const headers = { authorization: 'Bearer geheim' };
    expect((await app.inject({ url: '/uebung', headers })).statusCode).toBe(404);
    const answer = await app.inject({ method: 'POST', url: '/uebung/jet-away', headers });
    expect(answer.statusCode).toBe(404);
  });

  it('does not exist in a rehearsal without it', async () => {
    const app = await openConsole(null);
    closing.push(() => app.close());
    const other = new Visitor(app);
    expect((await other.see('/uebung')).statusCode).toBe(404);
    expect((await other.see('/')).body).not.toContain('/uebung');
  });
});
