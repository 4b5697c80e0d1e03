import { Agent, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

let stage: ApiStage;
let app: FastifyInstance;
let held: { arrived: Promise<void>; release(): void };

beforeAll(async () => {
  stage = await ApiStage.open();
});
afterAll(() => stage.close());

beforeEach(async () => {
  let [release, arrive] = [() => {}, () => {}];
  const released = new Promise<void>((resolve) => (release = resolve));
  held = { arrived: new Promise<void>((resolve) => (arrive = resolve)), release };
  const journal = {
    ...stage.journal,
    cases: async (...filter: Parameters<typeof stage.journal.cases>) => {
      arrive();
      await released;
      return stage.journal.cases(...filter);
    },
  };
  app = await buildApp({ ...stage.deps, journal });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  held.release();
  await app.close();
});

const address = (path: string) => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}${path}`;

it('a server that stops answers what it has begun, and closes that connection behind it', async () => {
  const agent = new Agent({ keepAlive: true });
  const asked = request(address('/v1/cancellations?house=FSP'), { agent }).end();
  await held.arrived;
  const stopped = app.close();
  await eventually(
    () => app.server.listening,
    (isListening) => !isListening,
  );
  held.release();
  const [answer] = await once(asked, 'response');
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  answer.resume();
  await stopped;
  agent.destroy();
});

it('ends its streams as complete answers, so that their readers go to another one', async () => {
  const input = await stage.prepare();
  await stage.carryOut(input);
  held.release();
  const path = `/v1/cancellations/stream?house=${input.house}`;
  const stream = await fetch(address(path));
  expect(stream.status).toBe(200);
  const reader = stream.body!.getReader();
  await reader.read();
  const ended = (async () => {
    while (!(await reader.read()).done);
    return 'complete';
  })();
  await app.close();
  // One that is cut off rejects.
  expect(await ended).toBe('complete');
});
