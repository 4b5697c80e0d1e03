import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import type { WireEvent } from '../../src/jet/contract';
import { TestSimulator } from '../support/simulator';

export const TOKEN = 'Geheimnis';
export const HOUSE = 'FSP';
export const USER = 'CONNECTONLINE';
export const TEST_EVENT = '700001';
export const TEST_EVENT_NOT_ON_SALE = '700002';

export interface Call {
  method: string;
  /** Below `/jet/v1`, with its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as it is where it is bytes. */
  body: unknown;
}

/** What a gateway does with a call. `pass` asks the sound one behind it. */
export type Behaviour = (
  call: Call,
  pass: (changed?: Partial<Call>) => Promise<Answer>,
  gateway: BreakableGateway,
) => Promise<Answer | 'silence'>;

/** A sound gateway on a real socket, with the simulator behind it, that a test can break in one place. */
export class BreakableGateway {
  behaviour: Behaviour = (_call, pass) => pass();
  readonly calls: Call[] = [];

  private constructor(
    private readonly simulator: TestSimulator,
    private readonly server: Server,
  ) {}

  static async start(): Promise<BreakableGateway> {
    const simulator = await TestSimulator.start();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const path = url.replace(/^\/jet\/v1/, '');
        const call = { method, path, headers, body: Buffer.concat(chunks).toString() };
        void gateway
          .answer(call)
          .then((answer) => {
            if (answer === 'silence') return;
            const bytes = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body);
            const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
            response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(bytes);
          })
          .catch(() => response.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = new BreakableGateway(simulator, server);
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jet/v1`;
  }

  /** A sound gateway with its events as at the beginning. */
  async reset(): Promise<void> {
    this.behaviour = (_call, pass) => pass();
    this.calls.length = 0;
    await this.simulator.control('POST', '/reset', { programme: programme() });
  }

  /** The event as it really stands, whatever the gateway says. */
  async read(eventNumber: string): Promise<WireEvent> {
    return (await (await this.simulator.gateway('GET', `/events/${eventNumber}`)).json()) as WireEvent;
  }

  /** What the masks of Jet allow and the sound gateway does not. */
  async edit(eventNumber: string, set: Partial<WireEvent>): Promise<WireEvent> {
    await this.simulator.control('POST', '/human-edits', { eventNumber, set });
    return this.read(eventNumber);
  }

  /** The operations that wrote, by whom. */
  async writes(): Promise<string[]> {
    const entries = await this.simulator.log();
    return entries
      .filter(({ after }) => after !== null)
      .map(({ actor, operation }) => `${actor} ${operation}`);
  }

  private async answer(call: Call): Promise<Answer | 'silence'> {
    this.calls.push(call);
    return this.behaviour(call, (changed) => this.pass({ ...call, ...changed }), this);
  }

  private async pass({ method, path, headers, body }: Call): Promise<Answer> {
    const isOurs = headers.authorization === `Bearer ${TOKEN}`;
    const ifMatch = headers['if-match'];
    const answer = await this.simulator.gateway(method, path, {
      body: body === '' ? undefined : body,
      headers: {
        authorization: `Bearer ${isOurs ? SIMULATOR_TOKEN : 'nobody'}`,
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
    });
    const { simulator: _said, ...said } = (await answer.json()) as Record<string, unknown>;
    return { status: answer.status, body: said };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.simulator.stop();
  }
}

const HOUR_MS = 3_600_000;

function programme() {
  const event = (eventNumber: string, inDays: number, title: string, more: object = {}) => ({
    eventNumber,
    house: HOUSE,
    title,
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: new Date(noonMs() + inDays * 24 * HOUR_MS).toISOString(),
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: title,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    savedAt: new Date(Date.now() - HOUR_MS).toISOString(),
    ...more,
  });
  return [
    event('600001', 1, 'Der Besuch der alten Dame'),
    event('600002', 2, 'Faust', { customerTitle: 'Faust I' }),
    event('600003', 3, 'Nathan der Weise', { soldViaPartner: false }),
    event('600004', 3, 'Liebelei'),
    event('600005', 4, 'Der Talisman'),
    event('600006', 5, 'Minna von Barnhelm', { house: 'LTN' }),
    event('600007', 6, 'Der Verschwender', { status: 'Bereitstellung' }),
    event(TEST_EVENT, 7, 'TEST Abend', { customerTitle: 'Ein Abend zum Testen', externalMemo: 'wie immer' }),
    event(TEST_EVENT_NOT_ON_SALE, 8, 'TEST', { status: 'Bereitstellung' }),
  ];
}

/** The same wall clock on each of the days, whatever the hour of the test. */
function noonMs(): number {
  return Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS + 11 * HOUR_MS;
}
