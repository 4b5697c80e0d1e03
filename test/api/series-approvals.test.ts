import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import type { SeriesApprovalItem } from '../../src/cases/series-approvals';
import type { SeriesView } from '../../src/cases/series-view';
import type { CancellationView } from '../../src/cases/view';
import { consolePages } from '../../src/console/console';
import { toInstant } from '../../src/domain/clock';
import { seriesWorkflowId } from '../../src/domain/series';
import { linesWith } from '../../src/domain/series-lines';
import { REFUSAL_TEXTS } from '../../src/domain/wording';
import type { SeriesProtocolDocument } from '../../src/protocol/series-document';
import { differencesOf } from '../../src/protocol/series-verify';
import { verifyProtocol } from '../../src/protocol/verify';
import { loadHouses } from '../../src/settings/houses';
import { hashToken } from '../../src/settings/tokens';
import { ApiStage, TIMING } from '../support/api-stage';
import { issueToken } from '../support/callers';
import { consoleSession } from '../support/console-session';
import { resetToFirstEvent } from '../support/reset';
import { eventually } from '../support/eventually';

/* A series in two houses: one wants a second person for it, once for all its performances, the other one does not. */

const BOTH = ['FSP', 'OPR'];
const CALLERS = {
  clerk: issueToken('Karl Kassa', BOTH, 'clerk'),
  lead: issueToken('Lea Leitung', BOTH),
  other: issueToken('Otto Oberleitung', BOTH),
  /** A lead, but of the other house. */
  foreign: issueToken('Olga Oper', ['OPR']),
};
type Who = keyof typeof CALLERS;
const MAILED_TO = 'leitung@fsp.example';
const DAY_MS = 24 * 3_600_000;
const FIRST = 700_001;

let stage: ApiStage;
let app: FastifyInstance;
/** The same, where people log in themselves. */
let withPeople: FastifyInstance;
let nextNumber = FIRST;

const houses = new Map(loadHouses(null));
const FSP = houses.get('FSP')!;
const asking = (expiresMs: number) => ({ needed: 'series' as const, expiresMs, to: [MAILED_TO] });
houses.set('FSP', { ...FSP, approval: asking(3_600_000) });
houses.set('OPR', { ...FSP, key: 'OPR', name: 'Opernhaus' });

beforeAll(async () => {
  const logIn = logInByToken(
    Object.values(CALLERS).map(({ known }) => known),
    hashToken,
  );
  stage = await ApiStage.open({ logIn, houses });
  const pages = () => consolePages({ ...stage.deps, ...consoleSession(stage.deps) });
  app = await buildApp(stage.deps, pages());
  withPeople = await buildApp({ ...stage.deps, arePeopleKnown: true }, pages());
  const programme = Array.from({ length: 80 }, (_, index) => ({
    eventNumber: String(FIRST + index),
    house: index % 2 === 0 ? 'FSP' : 'OPR',
    title: `Vorstellung ${index + 1}`,
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: toInstant(Date.now() + (30 + index) * DAY_MS),
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen GmbH',
    production: null,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    savedAt: toInstant(Date.now() - DAY_MS),
  }));
  await stage.simulator.control('POST', '/reset', { programme });
}, 120_000);
afterAll(async () => {
  await withPeople.close();
  await app.close();
  await stage.close();
});
afterEach(() => {
  Object.assign(stage.timing, TIMING);
  houses.set('FSP', { ...FSP, approval: asking(3_600_000) });
});

/** So many performances of each of the two houses, one after the other. */
async function prepare(ofEach: number) {
  const items = [];
  for (let nth = 0; nth < 2 * ofEach; nth += 1) {
    const { house, eventNumber, title, startsAt } = await stage.read(String((nextNumber += 1) - 1));
    items.push({ house, eventNumber, expected: { title, startsAt } });
  }
  return { title: 'Erkrankung', marker: 'ENTFÄLLT', reason: 'Die Vorstellungen entfallen.', items };
}

const call = (who: Who, method: 'GET' | 'POST', path: string, body?: object, at = app) =>
  at.inject({
    ...{ method, url: `/v1/series${path}`, headers: CALLERS[who].headers },
    ...(body && { payload: body }),
  });

const read = async (id: string, who: Who = 'lead') => (await call(who, 'GET', `/${id}`)).json<SeriesView>();
const once = (id: string, isIt: (view: SeriesView) => boolean) => eventually(() => read(id), isIt, 60_000);
const ended = (id: string) => once(id, ({ state }) => ['completed', 'aborted', 'refused'].includes(state));

async function begin(ofEach: number, by: Who = 'clerk') {
  const order = await prepare(ofEach);
  const answer = await call(by, 'POST', '', order);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.anything()]);
  return { order, id: answer.json<SeriesView>().id };
}

/** The series, once its house was asked. */
async function asked(ofEach: number, by: Who = 'clerk') {
  const begun = await begin(ofEach, by);
  const view = await once(begun.id, ({ approvals }) => approvals.length === 1);
  const [approval] = view.approvals;
  return { ...begun, view, planHash: approval!.planHash };
}

/** What the Protokoll of the series says of its approvals, and its page. */
async function protocolOf(id: string, who: Who = 'lead') {
  const ask = (accept: string) =>
    app.inject({ url: `/v1/series/${id}/protocol`, headers: { ...CALLERS[who].headers, accept } });
  const { approvals, ...document } = (await ask('application/json')).json<SeriesProtocolDocument>();
  const verdict = await verifyProtocol(
    Buffer.from(JSON.stringify({ ...document, ...(approvals && { approvals }) })),
  );
  const faults =
    verdict.kind === 'protocol' ? verdict.findings.filter(({ holds }) => holds === false) : [verdict];
  return { approvals, document, faults, html: (await ask('text/html')).body };
}

async function say(who: Who, id: string, word: string, body: object, at = app) {
  const answer = await call(who, 'POST', `/${id}/${word}`, { house: 'FSP', ...body }, at);
  const { code } = answer.json<{ code?: string }>();
  return code === undefined ? answer.statusCode : [answer.statusCode, code];
}

const statesIn = (view: SeriesView, house: string) =>
  view.items.filter((item) => item.house === house).map(({ state }) => state);

const mailsOf = (id: string, kind: string) =>
  stage.mail.alerts.filter(
    ({ messageId, subject }) => messageId.includes(id) && subject.startsWith(`${kind}:`),
  );

/** Nothing of a series waits for its mails to the houses: they may come after its end. */
const untilMailed = (id: string, kind: string, count: number) =>
  eventually(
    () => mailsOf(id, kind),
    ({ length }) => length >= count,
  );

const numbersOf = (order: Awaited<ReturnType<typeof prepare>>, house: string) =>
  order.items.filter((item) => item.house === house).map(({ eventNumber }) => eventNumber);

it('asks the house once, while the other house goes on, and begins when somebody has approved it', async () => {
  const { id, order, planHash } = await asked(2);
  const waiting = await once(id, ({ state }) => state === 'awaiting-approval');
  expect(statesIn(waiting, 'OPR')).toEqual(['completed', 'completed']);
  expect(statesIn(waiting, 'FSP')).toEqual(['waiting', 'waiting']);
  const own = numbersOf(order, 'FSP');
  expect(waiting.approvals).toMatchObject([
    {
      ...{ house: 'FSP', number: 1, eventNumbers: own, requestedBy: 'Karl Kassa', decision: null },
      ...{ isOwn: false, allowedActions: ['approve', 'reject', 'override'] },
    },
  ]);
  expect(waiting.allowedActions).toEqual(expect.arrayContaining(['approve', 'reject', 'override']));
  expect((await read(id, 'clerk')).approvals).toMatchObject([{ isOwn: true, allowedActions: [] }]);
  expect((await read(id, 'foreign')).approvals).toEqual([]);
  for (const eventNumber of own) expect(await stage.writes(eventNumber)).toEqual([]);
  const shown = (await call('lead', 'GET', `/${id}/approvals/FSP/1`)).json<{ items: SeriesApprovalItem[] }>();
  expect(shown.items.map(({ eventNumber, texts }) => [eventNumber, texts?.title.after])).toEqual(
    own.map((eventNumber) => [eventNumber, expect.stringContaining('ENTFÄLLT') as string]),
  );
  const mails = await eventually(
    () => Promise.resolve(mailsOf(id, 'approval')),
    ({ length }) => length > 0,
  );
  expect(mails).toMatchObject([{ to: [MAILED_TO] }]);
  expect(mails[0]!.text).toContain('Karl Kassa will diese 2 Vorstellungen absagen (ENTFÄLLT)');

  expect(await say('clerk', id, 'approve', { planHash })).toEqual([403, 'not-allowed']);
  expect(await say('foreign', id, 'approve', { planHash })).toEqual([404, 'house-not-found']);
  expect(await say('lead', id, 'approve', { planHash, house: 'OPR' })).toEqual([409, 'action-not-possible']);
  expect(await say('lead', id, 'approve', { planHash: 'another' })).toEqual([409, 'plan-changed']);
  expect(await say('lead', id, 'approve', { planHash }, withPeople)).toEqual([403, 'person-needed']);
  expect(await say('lead', id, 'approve', { planHash })).toBe(200);
  expect(await say('other', id, 'approve', { planHash })).toEqual([409, 'action-not-possible']);
  const view = await ended(id);
  expect(view).toMatchObject({
    state: 'completed',
    counts: { completed: 4 },
    approvals: [{ decision: { kind: 'approved', by: 'Lea Leitung', reason: 'Freigegeben.' } }],
  });
  expect(mailsOf(id, 'approval')).toHaveLength(1);
  expect(await untilMailed(id, 'begun', 2)).toHaveLength(2);
  const { approvals, document, faults, html } = await protocolOf(id);
  expect(faults).toEqual([]);
  expect(approvals).toMatchObject([
    {
      ...{ house: 'FSP', eventNumbers: own, requestedBy: 'Karl Kassa' },
      decision: { kind: 'approved', by: 'Lea Leitung', arePersons: false },
    },
  ]);
  expect(html).toMatch(/Freigegeben von Lea Leitung um .* \(durch zwei Zugänge, Personen nicht geprüft\)/);
  const forged = [{ ...approvals![0]!, requestedBy: 'Niemand' }];
  expect(differencesOf({ ...document, approvals: forged }, document.journal!)).toEqual(['approvals']);
  expect((await protocolOf(id, 'foreign')).approvals).toBeUndefined();
  // No performance was asked for by itself, and each knows who has approved it.
  for (const eventNumber of own) {
    const lines = await stage.journal.linesOfEvent('FSP', eventNumber);
    expect(lines.some(({ operation }) => operation === 'request-approval')).toBe(false);
    const { body } = await stage.get<CancellationView>(`/v1/cancellations/FSP/${eventNumber}`, {
      headers: CALLERS.lead.headers,
    });
    expect(body.approval).toMatchObject({ decision: { kind: 'approved', by: 'Lea Leitung' } });
  }
});

it('is not approved by the lead who ordered it, but by another one', async () => {
  const { id, planHash, view } = await asked(1, 'lead');
  expect(view.approvals).toMatchObject([{ isOwn: true, allowedActions: ['reject', 'override'] }]);
  expect(await say('lead', id, 'approve', { planHash })).toEqual([403, 'own-order']);
  expect(await say('other', id, 'approve', { planHash })).toBe(200);
  expect(await ended(id)).toMatchObject({ counts: { completed: 2 } });
});

it('is rejected: that house is not cancelled, and can be asked again for a new try', async () => {
  const { id, order } = await asked(2);
  expect(await say('lead', id, 'reject', { reason: 'Es wird doch gespielt.' })).toBe(200);
  const view = await ended(id);
  expect(view).toMatchObject({ state: 'completed', counts: { completed: 2, refused: 2 } });
  const refused = view.items.filter(({ state }) => state === 'refused');
  expect(refused.map(({ house, attention }) => [house, attention?.code])).toEqual([
    ['FSP', 'rejected'],
    ['FSP', 'rejected'],
  ]);
  for (const eventNumber of numbersOf(order, 'FSP')) expect(await stage.writes(eventNumber)).toEqual([]);
  expect((await untilMailed(id, 'begun', 1)).map(({ messageId }) => /OPR/.test(messageId))).toEqual([true]);
  const { approvals, html } = await protocolOf(id);
  expect(approvals).toMatchObject([{ decision: { kind: 'rejected', reason: 'Es wird doch gespielt.' } }]);
  expect(html).toMatch(/Entschieden von Lea Leitung um .*Begründung: Es wird doch gespielt\./);

  const again = await call('clerk', 'POST', `/${id}/retry`, { reason: 'Nun doch.' });
  expect(again.statusCode).toBe(200);
  const second = await once(id, ({ approvals }) => approvals.length === 2);
  expect(second.approvals[1]).toMatchObject({ number: 2, decision: null });
  expect(await say('lead', id, 'approve', { planHash: second.approvals[1]!.planHash })).toBe(200);
  expect(await once(id, ({ counts }) => counts.completed === 4)).toMatchObject({ counts: { refused: 0 } });
});

it('ends by time, and that house is not cancelled', async () => {
  houses.set('FSP', { ...FSP, approval: asking(3_000) });
  const { id } = await asked(1);
  const view = await ended(id);
  expect(view).toMatchObject({
    ...{ state: 'completed', counts: { completed: 1, refused: 1 } },
    approvals: [{ decision: { kind: 'expired' } }],
  });
  expect(view.items.find(({ house }) => house === 'FSP')?.attention?.code).toBe('approval-expired');
  const { approvals, html } = await protocolOf(id);
  expect(approvals).toMatchObject([{ decision: { kind: 'expired' } }]);
  expect(html).toContain(REFUSAL_TEXTS['approval-expired']);
});

it('refuses a performance alone whose plan has changed since it was approved', async () => {
  stage.timing.syncIntervalMs = 400;
  const { id, order, planHash } = await asked(3);
  const [changed, ...others] = numbersOf(order, 'FSP');
  await stage.edit(changed!, { externalMemo: 'Ein Kollege hat etwas dazugeschrieben.' });
  expect(await say('lead', id, 'approve', { planHash })).toBe(200);
  const view = await ended(id);
  expect(view).toMatchObject({ counts: { completed: 5, refused: 1 } });
  const refused = view.items.find(({ state }) => state === 'refused');
  expect([refused?.eventNumber, refused?.attention?.code]).toEqual([changed, 'plan-changed']);
  expect(await stage.writes(changed!)).toEqual([]);
  for (const eventNumber of others) expect((await stage.read(eventNumber)).status).toBe('CANCELLED');
});

it('is asked for nothing that cannot be cancelled anyway', async () => {
  const order = await prepare(2);
  const [closed, open] = numbersOf(order, 'FSP');
  await stage.edit(closed!, { status: 'Abschluss' });
  const answer = await call('clerk', 'POST', '', order);
  const { id } = answer.json<SeriesView>();
  const { approvals, items } = await once(id, (view) => view.approvals.length === 1);
  expect(approvals[0]!.eventNumbers).toEqual([open]);
  expect(items.find(({ eventNumber }) => eventNumber === closed)).toMatchObject({
    ...{ state: 'refused', attention: { code: 'status-not-cancellable' } },
  });
  // Whoever skips what is left leaves nothing to be decided.
  const skip = { reason: 'Doch nicht.', items: [{ house: 'FSP', eventNumber: open }] };
  expect((await call('clerk', 'POST', `/${id}/skip`, skip)).statusCode).toBe(200);
  const view = await ended(id);
  expect(view).toMatchObject({ counts: { completed: 2, refused: 1, skipped: 1 }, approvals: [] });
  expect(await protocolOf(id)).toMatchObject({ approvals: undefined, faults: [] });
});

it('begins without a second person in an emergency, loud, by the one who ordered it', async () => {
  const { id } = await asked(1, 'lead');
  expect(await say('lead', id, 'override', { reason: 'Brand im Haus.' })).toBe(200);
  expect(await ended(id)).toMatchObject({
    counts: { completed: 2 },
    approvals: [{ decision: { kind: 'overridden', by: 'Lea Leitung', reason: 'Brand im Haus.' } }],
  });
  const loud = await untilMailed(id, 'overridden', 1);
  expect(loud).toMatchObject([{ to: [FSP.alerts.to, MAILED_TO] }]);
  expect(loud[0]!.text).toContain('OHNE FREIGABE: Lea Leitung');
  const { html } = await protocolOf(id);
  expect(html).toMatch(
    /class="[^"]*warning[^"]*"[^>]*>FSP: Ohne Freigabe begonnen, von Lea Leitung um .*Begründung: Brand im Haus\./,
  );
});

it('asks nobody twice after a reset, and what was approved stays approved', async () => {
  const { id, planHash } = await asked(1);
  const workflowId = seriesWorkflowId(id);
  const reset = async () => {
    const { runId } = await stage.temporal.workflow.getHandle(workflowId).describe();
    await resetToFirstEvent(stage.temporal, workflowId, runId);
  };
  await once(id, ({ state }) => state === 'awaiting-approval');
  await reset();
  // What is to be approved does not come to its end before the second reset.
  await stage.simulator.control('PUT', '/sync', { paused: true });
  expect(await say('lead', id, 'approve', { planHash })).toBe(200);
  await once(id, ({ items }) => items.some(({ house, state }) => house === 'FSP' && state === 'running'));
  await reset();
  await stage.simulator.control('PUT', '/sync', { paused: false });
  expect(await ended(id)).toMatchObject({ counts: { completed: 2 } });
  const lines = await stage.journal.seriesLines(id);
  expect(linesWith(lines, 'request-series-approval')).toHaveLength(1);
  expect(linesWith(lines, 'approve-series')).toHaveLength(1);
  expect(await untilMailed(id, 'approval', 1)).toHaveLength(1);
});

it('counts whoever takes it up again as who ordered what has not begun', async () => {
  const { id, planHash } = await asked(1);
  await once(id, ({ state }) => state === 'awaiting-approval');
  await stage.temporal.workflow.getHandle(seriesWorkflowId(id)).terminate('Probe');
  await once(id, ({ state }) => state === 'interrupted');
  expect(await say('lead', id, 'approve', { planHash })).toEqual([409, 'action-not-possible']);
  expect((await call('lead', 'POST', `/${id}/resume`, { reason: 'Weiter.' })).statusCode).toBe(200);
  expect(await say('lead', id, 'approve', { planHash })).toEqual([403, 'own-order']);
  expect(await say('other', id, 'approve', { planHash })).toBe(200);
  expect(await ended(id)).toMatchObject({ counts: { completed: 2 } });
});

it('stands in the list of approvals of whoever may decide', async () => {
  const { id } = await asked(1);
  const page = await app.inject({ url: '/anmelden' });
  const cookies = Object.fromEntries(page.cookies.map(({ name, value }) => [name, value]));
  const csrfOf = (html: string) => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const post = (url: string, body: Record<string, string>, jar: Record<string, string>) =>
    app.inject({
      ...{ method: 'POST', url, cookies: jar },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(body).toString(),
    });
  const entered = await post('/anmelden', { _csrf: csrfOf(page.body), token: CALLERS.lead.token }, cookies);
  const session = Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
  const inbox = await app.inject({ url: '/freigaben', cookies: session });
  expect(inbox.body).toMatch(/Freigaben \(1\)/);
  const address = `/serien/${id}/freigabe/FSP`;
  expect(inbox.body).toContain(`href="${address}"`);
  const decide = await app.inject({ url: address, cookies: session });
  expect(decide.statusCode).toBe(200);
  expect(decide.body).toContain('ENTFÄLLT');
  const renewed = Object.fromEntries(decide.cookies.map(({ name, value }) => [name, value]));
  const done = await post(
    `/serien/${id}/reject`,
    { _csrf: csrfOf(decide.body), house: 'FSP', reason: 'Nein' },
    { ...session, ...renewed },
  );
  expect([done.statusCode, done.headers.location]).toEqual([303, `/serien/${id}`]);
  const after = await app.inject({ url: '/freigaben', cookies: session });
  expect(after.body).toMatch(/Freigaben \(0\)/);
});
