import type { InjectOptions } from 'fastify';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import { ABSAGE } from '../../src/domain/actor';
import { keyLinesOf } from '../../src/domain/installation';
import type { CancellationView } from '../../src/cases/view';
import type { ProtocolDocument } from '../../src/protocol/document';
import { PdfBusy } from '../../src/protocol/pdf-thread';
import { verifyProtocol } from '../../src/protocol/verify';
import { createToken, hashToken } from '../../src/settings/tokens';
import { createSigner } from '../../src/trust/signing';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';
import { aPrivateKey } from '../support/signing';

const { token, entry } = createToken('Kartenbüro FSP', ['FSP']);
const foreign = createToken('Kartenbüro LTN', ['LTN']);
const TOKENS = [
  { ...entry, houses: new Set(['FSP']) },
  { ...foreign.entry, houses: new Set(['LTN']) },
];

let stage: ApiStage;
let path: string;
let protocolPath: string;

const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` });
const ask = (accept?: string, url = protocolPath, bearer = token) =>
  stage.app.inject({
    method: 'GET',
    url,
    headers: { ...as(bearer), ...(accept !== undefined && { accept }) },
  } satisfies InjectOptions);
const view = async (url: string) => (await stage.get<CancellationView>(url, { headers: as(token) })).body;

beforeAll(async () => {
  stage = await ApiStage.open({ logIn: logInByToken(TOKENS, hashToken) });
  const order = await stage.prepare();
  path = `/v1/cancellations/FSP/${order.eventNumber}`;
  protocolPath = `${path}/protocol`;
  await stage.post('/v1/cancellations', order, as(token));
  await eventually(
    () => view(path),
    ({ state }) => state === 'completed',
  );
  // Its last mails leave lines behind the end.
  await stage.untilClosed(order);
});
afterAll(() => stage.close());

const CHROMIUM = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('the Protokoll', () => {
  it('is linked from the view', async () => {
    const { caseId, links } = await view(path);
    expect(links.protocol).toBe(`/v1/cases/${caseId}/protocol`);
  });

  it.each([
    [undefined, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    [CHROMIUM, 'text/html; charset=utf-8'],
    ['text/*', 'text/html; charset=utf-8'],
    ['text/html;q=0.5, application/json;q=0.4', 'text/html; charset=utf-8'],
    ['application/pdf', 'application/pdf'],
    ['application/json;q=0, application/pdf;q=0.2, */*;q=0.1', 'application/pdf'],
  ])('for Accept %s comes as %s', async (accept, type) => {
    const { statusCode, headers } = await ask(accept);
    expect([statusCode, headers['content-type'], headers.vary]).toEqual([200, type, 'Accept']);
  });

  it.each(['application/xml', 'image/png', '*/*;q=0', 'text/html;q=0, application/xml'])(
    'is not to be had as %s',
    async (accept) => {
      const { status, body } = await stage.get(protocolPath, { headers: { ...as(token), accept } });
      expect(status).toBe(406);
      expect(body).toMatchObject({
        code: 'not-acceptable',
        detail: 'Möglich sind application/json, text/html, application/pdf.',
      });
    },
  );

  it('is of the case that the journal knows, and whole', async () => {
    const { rawPayload } = await ask('application/json');
    const document = JSON.parse(rawPayload.toString('utf8')) as ProtocolDocument;
    const { body } = await stage.get<{ entries: unknown[] }>(`${path}/journal`, { headers: as(token) });
    expect(document.journal).toEqual(body.entries);
    expect(document).toMatchObject({ rehearsal: true, outcome: { state: 'completed' } });
    expect(await verifyProtocol(rawPayload)).toMatchObject({ kind: 'protocol', isWhole: true });
  });

  it('as PDF has a name of its own, and carries the JSON', async () => {
    const { headers, rawPayload } = await ask('application/pdf');
    const number = path.split('/').at(-1);
    expect(headers['content-disposition']).toBe(`inline; filename="Protokoll-FSP-${number}.pdf"`);
    expect(await verifyProtocol(rawPayload)).toMatchObject({ kind: 'protocol', isWhole: true });
  });

  it('as a page runs no script, whatever stands in Jet', async () => {
    const { headers } = await ask('text/html');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
  });

  it('as PDF is to be asked for again when too many are wanted at once', async () => {
    const drawPdf = () => Promise.reject(new PdfBusy());
    const busy = await buildApp({ ...stage.deps, drawPdf });
    const headers = { ...as(token), accept: 'application/pdf' };
    const answer = await busy.inject({ url: protocolPath, headers });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'retry-after': '3',
      'content-type': 'application/problem+json',
    });
    expect(answer.headers).not.toHaveProperty('content-disposition');
    expect(answer.json()).toMatchObject({ code: 'pdf-busy', title: expect.stringContaining('noch einmal') });
    await busy.close();
  });

  it('is not found where there is no case', async () => {
    const { eventNumber } = await stage.event();
    const url = `/v1/cancellations/FSP/${eventNumber}/protocol`;
    const { status, body } = await stage.get(url, { headers: as(token) });
    expect([status, (body as { code: string }).code]).toEqual([404, 'cancellation-not-found']);
  });

  it('is not shown to another house', async () => {
    const { status, body } = await stage.get(protocolPath, { headers: as(foreign.token) });
    expect([status, (body as { code: string }).code]).toEqual([404, 'house-not-found']);
  });

  it('is there for a case that was refused', async () => {
    const order = await stage.prepare({ event: await stage.event({ status: 'Abschluss' }) });
    const url = `/v1/cancellations/FSP/${order.eventNumber}`;
    await stage.post('/v1/cancellations', order, as(token));
    const { links } = await eventually(
      () => view(url),
      ({ state }) => state === 'refused',
    );
    const { body } = await ask('text/html', links.protocol ?? '');
    expect(body).toContain('Absage nicht begonnen');
  });
});

/** The journal has another key from here on: nothing may follow that needs the API to sign. */
describe('a server that was not started again after the key was changed', () => {
  it('signs no Protokoll, which would look like a forgery, and says why', async () => {
    const { journal } = stage;
    const known = keyLinesOf(await journal.installationLines());
    const before = journal.signer!.publicKey;
    const after = createSigner(aPrivateKey()).publicKey;
    const effectKey = `signing-key/${known.length}`;
    await journal.appendToInstallation({ ...ABSAGE, operation: 'signing-key', effectKey, before, after });
    const answer = await ask('application/json');
    expect([answer.statusCode, answer.json<{ code: string; detail: string }>()]).toMatchObject([
      503,
      { code: 'journal-unavailable', detail: expect.stringContaining('neu gestartet werden') },
    ]);
  });
});
