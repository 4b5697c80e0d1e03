import { buildApp } from '../../src/api/app';
import type { CancellationView } from '../../src/cases/view';
import { logInByToken } from '../../src/cases/log-in';
import { hashToken } from '../../src/settings/tokens';
import { ApiStage } from '../support/api-stage';
import { issueToken } from '../support/callers';
import { eventually } from '../support/eventually';

interface Installation {
  version: string;
  mode: string;
  rehearsal: boolean;
  writes: { on: boolean; since: string | null; by: string | null; reason: string | null };
  atWork?: { house: string; eventNumber: string | null; step: string }[];
}

describe('the installation', () => {
  let stage: ApiStage;
  beforeAll(async () => {
    stage = await ApiStage.open();
  }, 60_000);
  afterAll(() => stage.close());

  const read = () => stage.get<Installation>('/v1/installation');
  const put = (body: object) =>
    stage.app.inject({
      method: 'PUT',
      url: '/v1/installation/writes',
      payload: body,
      headers: { 'x-absage-actor': 'Ada' },
    });

  it('says what it is, and that it writes', async () => {
    expect((await read()).body).toEqual({
      version: expect.any(String),
      mode: 'rehearsal',
      rehearsal: true,
      writes: { on: true, since: null, by: null, reason: null },
    });
  });

  it('stops every write from the answer on, says who, when and why, and goes on by itself', async () => {
    const off = await put({ on: false, reason: ' Titel falsch ' });
    const { atWork, ...told } = off.json<Installation>();
    expect([off.statusCode, atWork]).toEqual([200, []]);
    expect(told.writes).toEqual({ on: false, since: expect.any(String), by: 'Ada', reason: 'Titel falsch' });
    expect((await read()).body).toEqual(told);

    const order = await stage.prepare();
    await stage.post('/v1/cancellations', order);
    const path = `/v1/cancellations/${order.house}/${order.eventNumber}`;
    const view = () => stage.get<CancellationView>(path).then(({ body }) => body);
    const held = await eventually(view, ({ warnings }) => warnings.some(({ code }) => code === 'writes-off'));
    expect(held).toMatchObject({ state: 'running', step: 'mark-titles', attention: null });
    expect(held.warnings.at(-1)?.text).toContain('Ada');

    expect((await put({ on: true, reason: 'geklärt' })).json<Installation>().writes.on).toBe(true);
    await eventually(view, ({ pointOfNoReturnPassed }) => pointOfNoReturnPassed);
    // The tests below count what is at work.
    await stage.untilState(order, 'completed');
  }, 60_000);

  it('takes no switch without a reason, and none that it does not know', async () => {
    for (const body of [
      { on: false },
      { on: 'off', reason: 'x' },
      { on: false, reason: ' ' },
      { on: false, reason: 'x', house: 'FSP' },
    ])
      expect([400, 422]).toContain((await put(body)).statusCode);
    expect((await read()).body.writes.on).toBe(true);
  });

  it('names an attempt that had asked before and does not end', async () => {
    const ref = { caseId: 'stuck', house: 'FSP', eventNumber: '1' };
    const line = {
      actor: 'a',
      actorId: null,
      kind: 'intent',
      step: 'mark-titles',
      operation: 'save-announcement',
      effectKey: 'x',
    };
    const attempt = { id: 'one', ref, step: 'mark-titles', mayLastMs: 60_000 } as const;
    await stage.journal.append(ref, line as never, attempt);
    const off = (await put({ on: false, reason: 'Probe' })).json<Installation>();
    expect(off.atWork).toMatchObject([{ house: 'FSP', eventNumber: '1', step: 'mark-titles' }]);
    await stage.journal.endAttempt('one');
    expect((await put({ on: false, reason: 'Probe' })).json<Installation>().atWork).toEqual([]);
    await put({ on: true, reason: 'Probe' });
  });

  it('is switched by nobody but those who look after it, and seen by all', async () => {
    const callers = {
      lead: issueToken('Lea Leitung', '*', 'lead'),
      admin: issueToken('Berta Betreuung', '*', 'admin'),
    };
    const logIn = logInByToken(
      Object.values(callers).map(({ known }) => known),
      hashToken,
    );
    const app = await buildApp({ ...stage.deps, logIn, isRehearsal: false });
    const as = (who: keyof typeof callers | null, method: 'GET' | 'PUT', on = false) =>
      app.inject({
        method,
        url: method === 'GET' ? '/v1/installation' : '/v1/installation/writes',
        ...(who && { headers: callers[who].headers }),
        ...(method === 'PUT' && { payload: { on, reason: 'Probe' } }),
      });
    expect((await as(null, 'GET')).statusCode).toBe(401);
    expect((await as('lead', 'GET')).json<Installation>()).toMatchObject({
      mode: 'production',
      writes: { on: true },
    });
    const refused = await as('lead', 'PUT');
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'not-allowed']);
    expect((await as('admin', 'PUT', false)).json<Installation>().writes).toMatchObject({
      on: false,
      by: 'Berta Betreuung',
    });
    expect((await as('admin', 'PUT', true)).statusCode).toBe(200);
    await app.close();
  });
});
