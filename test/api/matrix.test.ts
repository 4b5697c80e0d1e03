import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { logInByToken } from '../../src/cases/log-in';
import type { CancellationView } from '../../src/cases/view';
import type { Order } from '../../src/domain/types';
import { hashToken } from '../../src/settings/tokens';
import { operationsOf, readApiDocument, type Named, type Operation } from '../support/api-document';
import { ApiStage } from '../support/api-stage';
import { issueToken, PATIENT } from '../support/callers';
import { eventually } from '../support/eventually';

/*
 * Everything that the API's document describes, for everybody and at every kind of address, in a production: a house of
 * others is one that does not exist, and nothing of it is in any answer. A new route is walked without being listed here.
 */

/** Whoever asks `/readyz` and its like has no log-in. */
const OPEN = ['/healthz', '/readyz', '/version', '/.well-known/absage-signing-key'];

/** A house that no settings name. */
const NOWHERE = 'NOWHERE';
const UNKNOWN_NUMBER = '999999';

const CALLERS = {
  FSP: issueToken('Kartenbüro FSP', ['FSP']),
  LTN: issueToken('Kartenbüro LTN', ['LTN']),
  all: issueToken('Bereitschaft', '*'),
};
const HOUSES = ['FSP', 'LTN'] as const;
type HouseKey = (typeof HOUSES)[number];

/** A case of one house, and what nobody else may see of that house. */
interface Holding extends Named {
  order: Order;
  secrets: RegExp;
}

let stage: ApiStage;
let address: string;
const holdings = {} as Record<HouseKey, Holding>;

beforeAll(async () => {
  const logIn = logInByToken(
    Object.values(CALLERS).map(({ known }) => known),
    hashToken,
  );
  const production = { logIn, timing: PATIENT, isRehearsal: false, hasRealJet: true };
  stage = await ApiStage.open(production, [], { isProduction: true });
  address = await stage.listen();
  for (const house of HOUSES) holdings[house] = await hold(house);
});
afterAll(() => stage.close());

/** A case that waits, at an event of this house. */
async function hold(house: HouseKey): Promise<Holding> {
  const title = `${TITLES[house]} ${randomUUID().slice(0, 4)}`;
  const event = await stage.event({ house, title });
  const order = await stage.prepare({ event });
  const { eventNumber } = order;
  const placed = await stage.post<CancellationView>('/v1/cancellations', order, CALLERS[house].headers);
  expect(placed.status).toBe(202);
  const { caseId } = placed.body;
  await eventually(
    () => viewOf(house, eventNumber),
    ({ state }) => state === 'waiting',
  );
  return { house, eventNumber, caseId, order, secrets: new RegExp(`${SECRETS[house]}|${caseId}`) };
}

/** All other events of the programme are of FSP, too. */
const TITLES = { FSP: 'Lumpazivagabundus', LTN: 'Zauberflöte' };
const SECRETS = { FSP: `${TITLES.FSP}|Vorstellung \\d`, LTN: TITLES.LTN };

const viewOf = async (house: string, eventNumber: string) =>
  (
    await stage.get<CancellationView>(`/v1/cancellations/${house}/${eventNumber}`, {
      headers: CALLERS.all.headers,
    })
  ).body;

interface Address {
  what: string;
  named: (holding: Named) => Named;
}

/** Other ways to write what an address names. */
const SPELLINGS: readonly Address[] = [
  { what: 'as it is', named: (named) => named },
  {
    what: 'in the other case',
    named: ({ house, eventNumber, caseId }) => ({
      ...{ house: house.toLowerCase(), eventNumber },
      caseId: caseId.toUpperCase(),
    }),
  },
  { what: 'with its first character encoded', named: (named) => mapped(named, encodeFirst) },
  { what: 'with a NUL at its end', named: (named) => mapped(named, (text) => `${text}%00`) },
  { what: 'with a slash at its end', named: (named) => mapped(named, (text) => `${text}%2F`) },
  {
    what: 'with another part behind a slash',
    named: (named) => mapped(named, (text) => `${text}%2Fjournal`),
  },
  { what: 'with a step up', named: (named) => mapped(named, (text) => `..%2F${text}`) },
];

const mapped = ({ house, eventNumber, caseId }: Named, spell: (text: string) => string): Named => ({
  house: spell(house),
  eventNumber: spell(eventNumber),
  caseId: spell(caseId),
});

function encodeFirst(text: string): string {
  return `%${text.charCodeAt(0).toString(16).toUpperCase()}${text.slice(1)}`;
}

interface Reply {
  status: number;
  body: string;
}

/** One call on a real connection. Of a stream only the first event is read. */
async function call(operation: Operation, url: string, headers: object, body?: object): Promise<Reply> {
  made += 1;
  const asked = request(`${address}${url}`, {
    method: operation.method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    agent: false,
  });
  asked.on('error', () => undefined);
  asked.end(body && JSON.stringify(body));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = JSON.stringify(response.headers.location ?? '');
  const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
  for await (const part of response.setEncoding('utf8')) {
    text += part as string;
    if (isStream && text.includes('\n\n')) break;
  }
  return { status: response.statusCode ?? 0, body: text };
}

/** `holding`: whose the order would be, where the request is one. */
function ask(operation: Operation, as: keyof typeof CALLERS | null, named: Named, holding: Holding) {
  const { url, body } = operation.request(named, { expected: holding.order.expected });
  return call(operation, url, as ? CALLERS[as].headers : {}, body);
}

const OPERATIONS = operationsOf(readApiDocument());
/** What is written comes first, so that the answers are read of everything that came of it. */
const IN_ORDER = [
  ...OPERATIONS.filter(({ method }) => method !== 'GET'),
  ...OPERATIONS.filter(({ method }) => method === 'GET'),
].map((operation) => [`${operation.method} ${operation.path}`, operation] as const);
const ADDRESSED = IN_ORDER.filter(([, { names }]) => names.length > 0);
const WITHOUT_ADDRESS = OPERATIONS.filter(({ path, method }) => method === 'GET' && !path.includes('{'));

/** Own, and own as a stranger would write it; an unknown number; the number of another house's event. */
const OWN = SPELLINGS.length + 2;
/** Another house's, each beside the same of a house that does not exist. */
const FOREIGN = 2 * SPELLINGS.length;
const CALLS =
  ADDRESSED.length * (HOUSES.length * (OWN + FOREIGN) + SPELLINGS.length + 1) +
  (OPERATIONS.length - ADDRESSED.length) +
  WITHOUT_ADDRESS.length * HOUSES.length * 2;
let made = 0;

function expectNothingOf({ secrets }: Holding, { status, body }: Reply): void {
  expect(status).toBeLessThan(500);
  expect(secrets.exec(body)?.[0]).toBeUndefined();
}

it('serves the document that is walked', async () => {
  const { body } = await stage.get('/v1/openapi.json', { headers: CALLERS.all.headers });
  expect(body).toEqual(readApiDocument());
});

describe(`in ${CALLS} calls`, () => {
  it('nobody is let in without a token, but to what is open by name', async () => {
    const open: string[] = [];
    for (const [, operation] of IN_ORDER) {
      const addresses = operation.names.length > 0 ? SPELLINGS : SPELLINGS.slice(0, 1);
      for (const { named } of addresses) {
        const { status } = await ask(operation, null, named(holdings.FSP), holdings.FSP);
        if (status !== 401) open.push(operation.path);
      }
    }
    expect(open).toEqual(OPEN);
  });

  it.each(ADDRESSED)("%s: another house's address is one that does not exist", async (_name, operation) => {
    for (const own of HOUSES) {
      const theirs = holdings[own === 'FSP' ? 'LTN' : 'FSP'];
      const nowhere = { ...theirs, house: NOWHERE, caseId: randomUUID() };
      for (const { what, named } of SPELLINGS) {
        const foreign = await ask(operation, own, named(theirs), holdings[own]);
        expect({ what, ...foreign }).toEqual({
          what,
          ...(await ask(operation, own, named(nowhere), holdings[own])),
        });
        if (what === 'as it is') expect(foreign.status).toBe(404);
        expectNothingOf(theirs, foreign);
      }
    }
  });

  it.each(ADDRESSED)(
    '%s: nothing of another house is in what a house is answered',
    async (name, operation) => {
      for (const own of HOUSES) {
        const mine = holdings[own];
        const theirs = holdings[own === 'FSP' ? 'LTN' : 'FSP'];
        const addresses = [
          ...SPELLINGS.map(({ named }) => named(mine)),
          { ...mine, eventNumber: UNKNOWN_NUMBER, caseId: randomUUID() },
          { ...mine, eventNumber: theirs.eventNumber, caseId: randomUUID() },
        ];
        const replies = await Promise.all(addresses.map((named) => ask(operation, own, named, mine)));
        for (const reply of replies) expectNothingOf(theirs, reply);
        if (name.startsWith('GET')) expect(replies[0]?.status).toBe(200);
      }
    },
  );

  it.each(ADDRESSED)('%s: a token of all houses reaches it, and nothing breaks', async (_name, operation) => {
    const { status } = await ask(operation, 'all', holdings.LTN, holdings.LTN);
    expect([401, 404]).not.toContain(status);
    expect(status).toBeLessThan(500);
  });

  it('no answer without an address changes when another house has one case more', async () => {
    const read = (as: HouseKey) =>
      Promise.all(
        WITHOUT_ADDRESS.map(async (operation) => {
          const reply = await call(operation, operation.path, CALLERS[as].headers);
          return { path: operation.path, ...reply };
        }),
      );
    for (const own of HOUSES) {
      const other = own === 'FSP' ? 'LTN' : 'FSP';
      const before = await read(own);
      for (const reply of before) expectNothingOf(holdings[other], reply);
      await hold(other);
      expect(await read(own)).toEqual(before);
    }
  });

  it('has made all of them', () => expect(made).toBe(CALLS));
});
