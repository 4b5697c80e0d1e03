import { get } from 'node:http';
import { MASK_LABELS, MASKS as DOMAIN_MASKS } from '../../src/domain/masks';
import { READ_BACK_FIELDS } from '../../src/domain/vocabulary';
import { LABELS, MASKS } from '../../src/simulator/masks/words';
import { TestSimulator } from '../support/simulator';
import { eventually } from '../support/eventually';

const EVENT = '610201';

let simulator: TestSimulator;

beforeAll(async () => {
  simulator = await TestSimulator.start({ syncIntervalMs: 100 });
});
beforeEach(() => simulator.control('POST', '/reset'));
afterAll(() => simulator.stop());

const path = (mask: keyof typeof MASKS, number = EVENT) => `/masken/${MASKS[mask].path}/${number}`;
const see = (url: string) => fetch(`${simulator.url}${url}`);

/** The hidden fields of the form on a page. */
async function hidden(url: string): Promise<Record<string, string>> {
  const page = await (await see(url)).text();
  const fields = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
}

function send(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(`${simulator.url}${url}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

const read = async () => (await simulator.jet().readEvent(EVENT))!;
const log = async () => (await simulator.log(EVENT)).filter(({ actor }) => actor === 'human');

const TEXTS = {
  title: 'Der Talisman – ENTFÄLLT',
  customerTitle: 'Der Talisman – Posse mit Gesang – ENTFÄLLT',
  externalMemo: 'Leider entfallen.\r\n\r\nEinlass ab 19.00 Uhr.',
};

async function save(changes: Record<string, string>) {
  const { title, customerTitle, externalMemo, statusText: status } = await read();
  const fields = { title, customerTitle: customerTitle ?? '', externalMemo: externalMemo ?? '', status };
  return send(path('event'), { ...(await hidden(path('event'))), ...fields, ...changes });
}

it('calls the masks and their fields as the box office’s page does', () => {
  expect(Object.fromEntries(Object.entries(MASKS).map(([mask, { way }]) => [mask, way]))).toEqual(
    DOMAIN_MASKS,
  );
  const { transferredAt, ...labels } = LABELS;
  expect(labels).toEqual(MASK_LABELS);
  expect(transferredAt).toBe(READ_BACK_FIELDS.transferredAt.label);
});

it.each(['/masken', path('event'), path('channel'), path('rights'), path('event', '999')])(
  'says on %s that it is practice and not Jet, and lets nobody frame it or run a script in it',
  async (url) => {
    const answer = await see(url);
    const page = await answer.text();
    expect(page).toContain('ÜBUNG – das ist nicht Jet.');
    expect(page).toContain('<title>[ÜBUNG]');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toContain('<script');
  },
);

it('lists the guided house first, and any other on request', async () => {
  expect(await (await see('/masken')).text()).toContain(path('event'));
  const others = await (await see('/masken?haus=FSP')).text();
  expect(others).toContain('/masken/veranstaltungen/104233');
  expect(others).not.toContain(path('event'));
});

describe('the mask of an event', () => {
  it('saves what was typed as a person’s edit, with the line breaks of Jet', async () => {
    const { version } = await read();
    expect((await save(TEXTS)).status).toBe(303);
    const after = await read();
    expect(after).toMatchObject({
      title: TEXTS.title,
      customerTitle: TEXTS.customerTitle,
      externalMemo: 'Leider entfallen.\n\nEinlass ab 19.00 Uhr.',
      statusText: 'Verkaufsfreigabe',
    });
    expect(after.version).not.toBe(version);
    expect(await log()).toMatchObject([{ operation: 'edit', outcome: 'ok', after: { title: TEXTS.title } }]);
  });

  it('lets a trainee set a wrong status, and shows from which there is no way to Storno', async () => {
    expect((await save({ status: 'Bereitstellung' })).status).toBe(303);
    const refused = await save({ status: 'Storno' });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('Aus dem Status Bereitstellung kann nicht storniert werden.');
    expect(await read()).toMatchObject({ statusText: 'Bereitstellung' });
  });

  it('takes no status back from Storno', async () => {
    await save({ status: 'Storno' });
    expect((await save({ status: 'Verkaufsfreigabe' })).status).toBe(409);
    expect(await read()).toMatchObject({ status: 'CANCELLED' });
  });

  it('saves nothing over what was saved since it was opened', async () => {
    const opened = await hidden(path('event'));
    await simulator.control('POST', '/human-edits', { eventNumber: EVENT, set: { title: 'Andere' } });
    const refused = await send(path('event'), { ...opened, ...TEXTS, status: 'Verkaufsfreigabe' });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('value="Andere"');
    expect(await read()).toMatchObject({ title: 'Andere' });
  });

  it.each([
    ['an empty title', { title: '' }, 'Titel ist leer.'],
    ['a title that is too long', { title: 'x'.repeat(61) }, 'Titel: höchstens 60 Zeichen, nicht 61.'],
  ])('refuses %s and keeps the rest of what was typed', async (_what, changes, text) => {
    const refused = await save({ customerTitle: 'Getippt', ...changes });
    const page = await refused.text();
    expect(refused.status).toBe(409);
    expect(page).toContain(text);
    expect(page).toContain('value="Getippt"');
    expect(await log()).toEqual([]);
  });

  it('shows a text literally, whatever stands in it', async () => {
    await save({ title: '<b>„Faust“ & Co', externalMemo: '</textarea><script>alert(1)</script>' });
    const page = await (await see(path('event'))).text();
    expect(page).toContain('&lt;b&gt;„Faust“ &amp; Co');
    expect(page).not.toContain('<script');
  });
});

it('shows in Connect Online what was transferred, and not what was just saved', async () => {
  await simulator.control('PUT', '/sync', { paused: true });
  await save({ status: 'Storno' });
  const status = async () =>
    /Status<\/dt><dd>([^<]+)/.exec(await (await see(path('channel'))).text())?.[1] ?? null;
  expect(await status()).toBe('Verkaufsfreigabe');
  await simulator.control('PUT', '/sync', { paused: false });
  await eventually(status, (shown) => shown === 'Storno');
  expect(await (await see(path('channel', '999'))).text()).toContain('zeigt diese Veranstaltung nicht');
});

describe('the mask of the rights', () => {
  const grant = async (fields: Record<string, string>) =>
    send(path('rights'), { ...(await hidden(path('rights'))), ...fields });
  const period = { validFrom: '2026-12-01', validUntil: '2027-06-30' };

  it('gives the right to the user that was chosen, and shows it', async () => {
    expect((await grant({ user: 'CONNECTONLINE', ...period })).status).toBe(303);
    expect(await simulator.jet().readRight('CONNECTONLINE', EVENT)).toMatchObject(period);
    expect(await (await see(path('rights'))).text()).toContain('<dd>30.06.2027</dd>');
    expect(await log()).toMatchObject([{ operation: 'grant-right', outcome: 'ok' }]);
  });

  it('leaves the Connect Online Kassierer without one where another user was chosen', async () => {
    await grant({ user: 'KASSA1', ...period });
    expect(await (await see(path('rights'))).text()).toContain('<dd>Kassa 1</dd>');
    expect(await simulator.jet().readRight('CONNECTONLINE', EVENT)).toBeNull();
  });

  it.each([
    ['no user', { user: '', ...period }],
    ['an end before the start', { user: 'CONNECTONLINE', validFrom: '2027-01-02', validUntil: '2027-01-01' }],
    ['a day that there is not', { user: 'CONNECTONLINE', validFrom: '2027-02-30', validUntil: '2027-03-01' }],
  ])('refuses %s', async (_what, fields) => {
    expect((await grant(fields)).status).toBe(409);
    expect(await log()).toEqual([]);
  });
});

describe('a page of another site', () => {
  const evil = { origin: 'https://evil.example' };
  const fields = { version: 'x', title: 'Faust', customerTitle: '', externalMemo: '', status: 'Storno' };

  it.each([
    ['without the secret', {}],
    ['with an invented secret', { secret: 'a'.repeat(43) }],
  ])('cannot save %s', async (_what, extra) => {
    const { version, title } = await read();
    const answer = await send(path('event'), { ...fields, version, ...extra }, evil);
    expect(answer.status).toBe(403);
    expect(await read()).toMatchObject({ version, title });
  });

  it('cannot save with the secret of another page', async () => {
    const { version } = await read();
    const { secret = '' } = await hidden(path('rights'));
    expect((await send(path('event'), { ...fields, version, secret })).status).toBe(403);
    const { secret: other = '' } = await hidden(path('event', '610202'));
    expect((await send(path('event'), { ...fields, version, secret: other })).status).toBe(403);
    expect(await read()).toMatchObject({ version });
  });

  it('cannot read a page to learn its secret', async () => {
    const answer = await fetch(`${simulator.url}${path('event')}`, { headers: evil });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('reaches no mask under a name that is not ours', async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { host: 'evil.example' } };
      get(`${simulator.url}${path('event')}`, options, (answer) => resolve(answer.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(421);
  });

  it.each(['/simulator/v1/reset', '/simulator/v1/faults', '/jet/v1/events/610201/storno', '/masken'])(
    'still gets no form through to %s',
    async (url) => {
      expect([404, 415]).toContain((await send(url, fields, evil)).status);
    },
  );
});
