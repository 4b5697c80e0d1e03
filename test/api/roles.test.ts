import type { WorkflowUpdateFailedError } from '@temporalio/client';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import type { CancellationView } from '../../src/cases/view';
import { createCancellationClient } from '../../src/client';
import { consolePages } from '../../src/console/console';
import { casePage } from '../../src/domain/addresses';
import { roleMay, whoMay, type Right } from '../../src/domain/rights';
import type { Role } from '../../src/domain/roles';
import {
  ACTION_ROWS,
  ACTIONS,
  RUN_ACTIONS,
  type Action,
  type CaseState,
  type RunAction,
} from '../../src/domain/vocabulary';
import type { Order } from '../../src/domain/types';
import { hashToken } from '../../src/settings/tokens';
import { UPDATES } from '../../src/workflows/messages';
import { absage } from '../cli/run-cli';
import { ApiStage } from '../support/api-stage';
import { issueToken, PATIENT } from '../support/callers';
import { consoleSession } from '../support/console-session';
import { seal } from '../support/trust';
import { eventually } from '../support/eventually';

/*
 * Role by action by door, in a production. Whoever may not is told who may, and nothing happens; whoever may is let in, and what
 * they ask for is judged as ever.
 */

const HOUSE = 'FSP';
const CALLERS = {
  viewer: issueToken('Eva Einsicht', [HOUSE], 'viewer'),
  clerk: issueToken('Karl Kassa', [HOUSE], 'clerk'),
  lead: issueToken('Lea Leitung', [HOUSE], 'lead'),
  admin: issueToken('Berta Betreuung', '*', 'admin'),
  stranger: issueToken('Lea Landestheater', ['LTN'], 'lead'),
};
type Who = keyof typeof CALLERS;
const EVERYBODY = Object.keys(CALLERS) as Who[];

/** The role in the house of the case; `null`: none. */
const roleOf = (who: Who): Role | null => (who === 'stranger' || who === 'admin' ? null : who);

let stage: ApiStage;
let app: FastifyInstance;
let url: string;
let order: Order;
let waiting: CancellationView;
/** An earlier case of the event: an action that names it means nothing that is possible now. */
let earlier: string;
const persons = {} as Record<Who, Person>;

beforeAll(async () => {
  const logIn = logInByToken(
    Object.values(CALLERS).map(({ known }) => known),
    hashToken,
  );
  const production = { logIn, timing: PATIENT, isRehearsal: false };
  stage = await ApiStage.open(production, [], { isProduction: true });
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  for (const who of EVERYBODY) persons[who] = await logInAs(who);
  ({ order, waiting } = await startWaiting());
  earlier = waiting.caseId;
  await call('clerk', 'POST', `${path(order)}/abort`, { reason: REASON });
  await untilState(order, 'aborted');
  // Until then its run holds the event.
  await stage.untilClosed(order);
  ({ waiting } = await startWaiting(order));
}, 120_000);
afterAll(async () => {
  await app.close();
  await stage.close();
});

// --- the doors ------------------------------------------------------------------------------------------------

/** A browser that has logged in. */
interface Person {
  cookies: Record<string, string>;
  csrf: string;
}

const cookiesOf = ({ cookies }: LightMyRequestResponse): Record<string, string> =>
  Object.fromEntries(cookies.map(({ name, value }) => [name, value]));

const csrfIn = (page: string): string => /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';

async function logInAs(who: Who): Promise<Person> {
  const page = await app.inject({ url: '/anmelden' });
  const cookies = cookiesOf(page);
  const fields = { _csrf: csrfIn(page.body), token: CALLERS[who].token };
  const done = await submit('/anmelden', fields, cookies);
  expect(done.statusCode).toBe(303);
  const first = await app.inject({ url: '/', cookies: cookiesOf(done) });
  return { cookies: { ...cookiesOf(done), ...cookiesOf(first) }, csrf: csrfIn(first.body) };
}

const submit = (path: string, fields: Record<string, string>, cookies: Record<string, string>) =>
  app.inject({
    method: 'POST',
    url: path,
    cookies,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  });

const open = (who: Who, path: string) => app.inject({ url: path, cookies: persons[who].cookies });
const press = (who: Who, path: string, fields: Record<string, string>) =>
  submit(path, { _csrf: persons[who].csrf, ...fields }, persons[who].cookies);

const call = (who: Who, method: 'GET' | 'POST', path: string, body?: object) =>
  app.inject({ method, url: path, headers: CALLERS[who].headers, ...(body && { payload: body }) });

const run = (who: Who, ...args: string[]) =>
  absage(args, { env: { ABSAGE_URL: url, ABSAGE_TOKEN: CALLERS[who].token } });

async function startWaiting(given?: Order): Promise<{ order: Order; waiting: CancellationView }> {
  const ordered = given ?? (await stage.prepare());
  const placed = await call('clerk', 'POST', '/v1/cancellations', ordered);
  expect(placed.statusCode).toBe(202);
  const waiting = await untilState(ordered, 'waiting');
  // The mail at the order goes out beside the steps, and leaves lines.
  await stage.untilAtRest(ordered);
  return { order: ordered, waiting };
}

const untilState = (of: Order, wanted: CaseState) =>
  eventually(
    () => viewAs('lead', of),
    // The journal is ahead of a run, and names no action.
    ({ state, stale }) => state === wanted && !stale,
  );

const path = ({ house, eventNumber }: Order) => `/v1/cancellations/${house}/${eventNumber}`;
const viewAs = async (who: Who, of: Order) => (await call(who, 'GET', path(of))).json<CancellationView>();

const linesOf = async ({ house, eventNumber }: Order) => {
  const lines = await stage.journal.linesOfEvent(house, eventNumber);
  return lines.map(({ operation, actorId }) => `${operation} ${actorId}`);
};

/** What each action says beside the reason. */
const BODIES: Record<Action, (view: CancellationView) => Record<string, unknown>> = {
  abort: () => ({}),
  retry: () => ({}),
  'skip-wait': ({ step, waitSavedAt }) => ({ step, savedAt: waitSavedAt, titlesVisibleAtPartner: true }),
  'confirm-step': () => ({
    step: 'mark-titles',
    readBack: { title: 'Vorstellung', customerTitle: null, externalMemo: null },
  }),
  'waive-step': () => ({ step: 'grant-right' }),
  decide: () => ({ attentionId: 'a1', choice: 'mark-again' }),
  'close-by-hand': () => ({}),
  resume: () => ({}),
  approve: () => ({ planHash: '0'.repeat(64) }),
  reject: () => ({}),
  override: () => ({}),
};

const fieldsOf = (body: Record<string, unknown>) => {
  const { readBack, ...plain } = body;
  const read = Object.entries((readBack as object | undefined) ?? {}).map(([name, value]) => [
    `readBack.${name}`,
    (value as string | null) ?? '',
  ]);
  return { ...plain, ...Object.fromEntries(read) } as Record<string, string>;
};

const OPTIONS: Partial<Record<Action, string[]>> = {
  'skip-wait': ['--titles-visible'],
  'confirm-step': ['--title', 'Vorstellung'],
  decide: ['--choice', 'mark-again'],
};

/** `taken`: it was done. `judged`: let in, and not possible. `forbidden`: told who may. `nowhere`: there is no such house. */
type Outcome = 'taken' | 'judged' | 'forbidden' | 'nowhere';
type Door = (
  who: Who,
  action: Action,
  of: Order,
  view: CancellationView,
  caseId?: string,
) => Promise<Outcome>;

const BY_STATUS: Record<number, Outcome> = { 200: 'taken', 303: 'taken', 409: 'judged', 404: 'nowhere' };
const REASON = 'So ist es besprochen.';

const DOORS = {
  API: async (who, action, of, view, caseId = view.caseId) => {
    const body = { reason: REASON, caseId, ...BODIES[action](view) };
    const answer = await call(who, 'POST', `${path(of)}/${action}`, body);
    if (answer.statusCode !== 403) return outcomeOf(answer.statusCode);
    expect(answer.json()).toMatchObject({ code: 'not-allowed', detail: whoMay(action) });
    return 'forbidden';
  },
  console: async (who, action, of, view, caseId = view.caseId) => {
    const fields = { reason: REASON, caseId, ...fieldsOf(BODIES[action](view)) };
    const answer = await press(who, `/absagen/${of.house}/${of.eventNumber}/${action}`, fields);
    if (answer.statusCode !== 403) return outcomeOf(answer.statusCode);
    expect(answer.body).toContain(`<li>${whoMay(action)}</li>`);
    return 'forbidden';
  },
  'command line': async (who, action, of, view, caseId = view.caseId) => {
    const { steps, details } = ACTION_ROWS[action];
    const isAny = steps === null && details.length === 0;
    const named = isAny ? ['--case', caseId] : [];
    const args = [action, of.house, of.eventNumber, '--reason', REASON, ...named, ...(OPTIONS[action] ?? [])];
    const { code, stderr } = await run(who, ...args);
    if (code === 0) return 'taken';
    expect(code).toBe(1);
    if (stderr.includes(whoMay(action))) return 'forbidden';
    return stderr.includes('Dieses Haus gibt es nicht.') ? 'nowhere' : 'judged';
  },
} satisfies Record<string, Door>;

function outcomeOf(status: number): Outcome {
  const outcome = BY_STATUS[status];
  if (!outcome) throw new Error(`answered ${status}`);
  return outcome;
}

// --- the matrix -----------------------------------------------------------------------------------------------

/** Nothing is to come of any cell: whoever may do it names another case. */
function expected(who: Who, action: Action): Outcome {
  const role = roleOf(who);
  if (role === null) return 'nowhere';
  return roleMay(role, action) ? 'judged' : 'forbidden';
}

const inTable = (outcomeIn: (who: Who, action: Action) => Outcome | Promise<Outcome>, whom = EVERYBODY) =>
  Promise.all(
    ACTIONS.map(async (action) => {
      const outcomes = await Promise.all(whom.map(async (who) => [who, await outcomeIn(who, action)]));
      return [action, Object.fromEntries(outcomes)] as [Action, Record<Who, Outcome>];
    }),
  );

describe.each(['API', 'console'] as const)('%s', (door) => {
  it('lets in by role, for each action', async () => {
    const before = await linesOf(order);
    const found = await inTable((who, action) => DOORS[door](who, action, order, waiting, earlier));
    expect(found).toEqual(await inTable(expected));
    expect(await linesOf(order)).toEqual(before);
  });
});

describe('the command line', () => {
  it('says who may, and does nothing', async () => {
    const before = await linesOf(order);
    const found: [Action, Record<string, Outcome>][] = [];
    for (const action of ACTIONS) {
      const whom = ['viewer', 'stranger'] as const;
      const outcomes = whom.map(async (who) => [
        who,
        await DOORS['command line'](who, action, order, waiting, earlier),
      ]);
      found.push([action, Object.fromEntries(await Promise.all(outcomes)) as Record<string, Outcome>]);
    }
    // What has to look at the case first finds that it is not possible now, for nobody.
    const isLooked = (action: Action) =>
      action !== 'skip-wait' &&
      (ACTION_ROWS[action].steps !== null || ACTION_ROWS[action].details.length > 0);
    expect(found).toEqual(
      ACTIONS.map((action) => [
        action,
        { viewer: isLooked(action) ? 'judged' : 'forbidden', stranger: 'nowhere' },
      ]),
    );
    expect(await linesOf(order)).toEqual(before);
  });
});

describe('an update in Temporal', () => {
  const client = () => createCancellationClient(stage.temporal, seal);
  const reasonOf = (error: unknown) => (error as WorkflowUpdateFailedError).cause?.message ?? String(error);

  it.each(RUN_ACTIONS)('%s is refused with a seal of a role that does not suffice', async (action) => {
    const before = await linesOf(order);
    const request = { actor: 'Die Direktion', reason: REASON, ...BODIES[action](waiting) };
    for (const role of ['viewer', 'clerk', 'admin'] as const) {
      if (roleMay(role, action)) continue;
      const by = { actorId: `token:${role}`, role };
      const asked = client().act(action, { ...order, caseId: waiting.caseId }, request, { by });
      await expect(asked).rejects.toThrow(whoMay(action));
    }
    expect(await linesOf(order)).toEqual(before);
  });

  it.each(RUN_ACTIONS.filter((action) => action !== 'abort' && action !== 'retry'))(
    '%s without a seal is refused, whatever role it states',
    async (action: RunAction) => {
      const before = await linesOf(order);
      const request = { actor: 'Lea Leitung', reason: REASON, role: 'lead', ...BODIES[action](waiting) };
      const asked = stage.handle(order).executeUpdate(UPDATES[action] as never, { args: [request] as never });
      expect(reasonOf(await asked.catch((error: unknown) => error))).toMatch(/\.$/);
      expect(await linesOf(order)).toEqual(before);
    },
  );
});

describe.each(Object.keys(DOORS) as (keyof typeof DOORS)[])('%s, with what is possible now', (door) => {
  it('ends a wait for the Leitung alone', async () => {
    const { order: own, waiting: view } = await startWaiting();
    const ask = (who: Who) => DOORS[door](who, 'skip-wait', own, view);
    expect([await ask('viewer'), await ask('clerk'), await ask('lead')]).toEqual([
      ...['forbidden', 'forbidden', 'taken'],
    ]);
    expect(await linesOf(own)).toContain('skip-wait token:Lea Leitung');
  });

  it('aborts for the Kartenbüro, and not for who only looks', async () => {
    const { order: own, waiting: view } = await startWaiting();
    const ask = (who: Who) => DOORS[door](who, 'abort', own, view);
    expect([await ask('viewer'), await ask('clerk')]).toEqual(['forbidden', 'taken']);
    const aborts = (await linesOf(own)).filter((line) => line.startsWith('abort '));
    expect(aborts).toEqual(['abort token:Karl Kassa']);
  });
});

// --- everything that is no action -----------------------------------------------------------------------------

describe('what is no action', () => {
  const other = async () => {
    const event = await stage.event();
    return stage.prepare({ event });
  };
  const calls: [Right, string, (who: Who) => Promise<{ statusCode: number; body: string }>][] = [
    ['see', 'GET view', (who) => call(who, 'GET', path(order))],
    ['see', 'GET journal', (who) => call(who, 'GET', `${path(order)}/journal`)],
    ['see', 'GET Protokoll', (who) => call(who, 'GET', `${path(order)}/protocol`)],
    ['see', 'GET tasks', (who) => call(who, 'GET', `${path(order)}/tasks`)],
    ['see', 'GET list', (who) => call(who, 'GET', `/v1/cancellations?house=${HOUSE}`)],
    ['see', 'page', (who) => open(who, casePage(waiting))],
    ['see', 'page of the Protokoll', (who) => open(who, `${casePage(waiting)}/protokoll`)],
    ['search', 'GET events', (who) => call(who, 'GET', `/v1/events?house=${HOUSE}`)],
    ['search', 'GET event', (who) => call(who, 'GET', `/v1/events/${HOUSE}/${order.eventNumber}`)],
    ['plan', 'POST plan', async (who) => call(who, 'POST', '/v1/plans', await other())],
    ['order', 'POST order', async (who) => call(who, 'POST', '/v1/cancellations', await other())],
    ['order', 'page of the programme', (who) => open(who, `/absagen/neu?haus=${HOUSE}`)],
    ['order', 'form', async (who) => open(who, `/absagen/neu/${HOUSE}/${(await other()).eventNumber}`)],
    [
      'order',
      'form sent',
      async (who) => {
        const { eventNumber, expected: event, marker, reason } = await other();
        const { title, startsAt } = event;
        const fields = { house: HOUSE, eventNumber, marker, reason };
        return press(who, '/absagen', {
          ...fields,
          'expected.title': title,
          'expected.startsAt': startsAt,
        });
      },
    ],
    ['tick-task', 'POST task', (who) => call(who, 'POST', `${path(order)}/tasks/website`, { done: true })],
    [
      'tick-task',
      'task ticked',
      (who) => press(who, `${casePage(waiting)}/aufgaben/website`, { done: 'true' }),
    ],
  ];

  it.each(calls)('to %s: %s', async (what, name, ask) => {
    for (const who of EVERYBODY) {
      const { statusCode, body } = await ask(who);
      const role = roleOf(who);
      // Whoever may order nowhere is told so before any house is looked at.
      const isNone = role === null && !(who === 'admin' && name === 'page of the programme');
      const wanted = isNone ? [404] : roleMay(role, what) ? [200, 202, 303] : [403];
      expect([who, wanted.includes(statusCode), statusCode]).toEqual([who, true, statusCode]);
      if (statusCode === 403) expect(body).toContain(whoMay(what));
    }
  });

  it('is an empty list for whoever has a role in no house', async () => {
    const answers = ['/v1/cancellations', '/v1/tasks'].map(async (list) =>
      (await call('admin', 'GET', list)).json<object>(),
    );
    expect(await Promise.all(answers)).toEqual([
      { cancellations: [], nextCursor: null },
      { cases: [], series: [] },
    ]);
    expect((await open('admin', '/')).statusCode).toBe(200);
  });

  it('is said of the houses in which somebody has a role', async () => {
    const keys = EVERYBODY.map(async (who) => {
      const { houses } = (await call(who, 'GET', '/v1/houses')).json<{ houses: { key: string }[] }>();
      return [who, houses.map(({ key }) => key)];
    });
    expect(Object.fromEntries(await Promise.all(keys))).toEqual({
      ...{ viewer: [HOUSE], clerk: [HOUSE], lead: [HOUSE] },
      ...{ admin: [], stranger: ['LTN'] },
    });
  });
});

// --- what is offered ------------------------------------------------------------------------------------------

describe('a view', () => {
  const OFFERED = { viewer: [], clerk: ['abort'], lead: ['abort', 'skip-wait'] } as const;
  const RESERVED = { viewer: ['abort', 'skip-wait'], clerk: ['skip-wait'], lead: [] } as const;
  const INSIDE = ['viewer', 'clerk', 'lead'] as const;

  it.each(INSIDE)('offers %s what they may do, and says who may do the rest', async (who) => {
    const { allowedActions, reservedActions } = await eventually(
      () => viewAs(who, order),
      ({ stale }) => !stale,
    );
    expect(allowedActions).toEqual(OFFERED[who]);
    expect(reservedActions).toEqual(
      RESERVED[who].map((action) => ({ action, code: 'not-allowed', text: whoMay(action) })),
    );
  });

  it('is each caller’s own in streams that share their readings', async () => {
    const aborting = new AbortController();
    const first = async (who: Who) => {
      const { body } = await fetch(`${url}${path(order)}/stream`, {
        headers: CALLERS[who].headers,
        signal: aborting.signal,
      });
      let text = '';
      const views = () =>
        [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data) as CancellationView);
      for await (const part of body!) {
        text += Buffer.from(part as Uint8Array).toString('utf8');
        // A slow worker does not say in time what can be done: the next view does.
        if (views().some(({ stale }) => !stale)) break;
      }
      return views().at(-1)!;
    };
    const views = await Promise.all(INSIDE.map(first));
    aborting.abort();
    expect(views.map(({ allowedActions }) => allowedActions)).toEqual(INSIDE.map((who) => OFFERED[who]));
  });

  it.each(INSIDE)(
    'has on its page the forms that %s may send, and one sentence about the others',
    async (who) => {
      const { body } = await open(who, casePage(waiting));
      const forms = [...body.matchAll(/<form[^>]*action="[^"]*\/([a-z-]+)"/g)].map(([, name]) => name);
      expect(forms.filter((name) => ACTIONS.includes(name as Action))).toEqual(
        [...OFFERED[who]].sort((one, two) => two.localeCompare(one)),
      );
      const reserved = RESERVED[who];
      expect(body.includes('kann die Leitung.')).toBe(reserved.length > 0);
      if (reserved.length > 0) expect(body).toContain(whoMay(...reserved));
      expect(body.includes('id="aufgabe-website"')).toBe(who !== 'viewer');
      expect(body.includes('href="/absagen/neu"')).toBe(who !== 'viewer');
    },
  );

  it.each(INSIDE)('is told to %s by the command line', async (who) => {
    const { stdout } = await run(who, 'status', HOUSE, order.eventNumber);
    for (const action of ['abort', 'skip-wait'] as const) {
      expect(stdout.includes(`absage ${action} `)).toBe((OFFERED[who] as readonly Action[]).includes(action));
      expect(stdout.includes(whoMay(action))).toBe((RESERVED[who] as readonly Action[]).includes(action));
    }
  });

  it('comes with an answer that names a case, by the caller’s role', async () => {
    const { body } = await call('clerk', 'POST', `${path(order)}/abort`, {
      reason: REASON,
      caseId: earlier,
    });
    const { cancellation } = JSON.parse(body) as { cancellation: CancellationView };
    expect(cancellation.allowedActions).toEqual(OFFERED.clerk);
    const placed = await call('clerk', 'POST', '/v1/cancellations', order);
    expect(placed.json<CancellationView>().allowedActions).toEqual(OFFERED.clerk);
    const planned = await call('clerk', 'POST', '/v1/plans', order);
    expect(planned.json<{ cancellation: CancellationView }>().cancellation.allowedActions).toEqual(
      OFFERED.clerk,
    );
  });
});

describe('the switch that stops every write', () => {
  const may = (who: Who) => who === 'admin';
  const isOn = async () => (await stage.journal.writesState()).on;
  const switchOn = () =>
    stage.journal.switchWrites({ on: true, actor: 'Probe', actorId: null, reason: 'Ende der Probe' });
  const OFF = { on: false, reason: REASON };
  const CHOSEN = { stand: 'aus', grund: REASON, bestaetigt: 'ja' };
  const put = (who: Who, body: object) =>
    app.inject({
      method: 'PUT',
      url: '/v1/installation/writes',
      headers: CALLERS[who].headers,
      payload: body,
    });
  afterEach(switchOn);

  it.each(EVERYBODY)('is thrown by %s at the API, or not', async (who) => {
    const { statusCode, body } = await put(who, OFF);
    expect(statusCode).toBe(may(who) ? 200 : 403);
    if (!may(who)) expect(JSON.parse(body)).toMatchObject({ code: 'not-allowed' });
    expect(await isOn()).toBe(!may(who));
  });

  it.each(EVERYBODY)('is thrown by %s on its page, or not', async (who) => {
    expect((await open(who, '/schreiben')).statusCode).toBe(may(who) ? 200 : 403);
    expect((await open(who, '/')).body.includes('href="/schreiben"')).toBe(may(who));
    expect((await press(who, '/schreiben', CHOSEN)).statusCode).toBe(may(who) ? 200 : 403);
    expect(await isOn()).toBe(!may(who));
  });

  it.each(EVERYBODY)('is thrown by %s at the command line, or not', async (who) => {
    const { code, stdout, stderr } = await run(who, 'writes', 'off', '--reason', REASON);
    expect(code).toBe(may(who) ? 0 : 1);
    expect(may(who) ? stdout : stderr).toContain(may(who) ? 'Das Schreiben ist abgeschaltet' : 'Betreuung');
    expect(await isOn()).toBe(!may(who));
  });

  it('is thrown by nobody without a log-in', async () => {
    const nobody = await app.inject({ method: 'PUT', url: '/v1/installation/writes', payload: OFF });
    expect(nobody.statusCode).toBe(401);
    const sent = await submit('/schreiben', CHOSEN, {});
    expect([sent.statusCode, sent.headers.location]).toEqual([303, expect.stringMatching(/^\/anmelden/)]);
    const { code } = await absage(['writes', 'off', '--reason', REASON], { env: { ABSAGE_URL: url } });
    expect([code, await isOn()]).toEqual([4, true]);
  });

  it.each(EVERYBODY)('is seen by %s, with who has thrown it and why', async (who) => {
    await put('admin', OFF);
    const told = await app.inject({ url: '/v1/installation', headers: CALLERS[who].headers });
    expect(told.json()).toMatchObject({ writes: { on: false, by: 'Berta Betreuung', reason: REASON } });
    expect((await open(who, '/')).body).toContain(`abgeschaltet, von Berta Betreuung: „${REASON}“`);
  });
});
