/*
 * The sample provider as a process of its own, which a test leads by messages: its packages need no transformation then, and it
 * can go down. Started by `oidc.ts`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { JWK } from 'oidc-provider';
import { pino } from 'pino';
import type { SamplePerson } from '../../src/sample-log-in/people';
import { buildSampleProvider } from '../../src/sample-log-in/provider';

export interface Start {
  port: number;
  clientId: string;
  clientSecret: string;
  publicUrl: string;
  isRenewable: boolean;
  signingKey: JWK;
  people: SamplePerson[];
}

export type Order =
  | ({ order: 'start' } & Start)
  | { order: 'people'; people: SamplePerson[] }
  /** From then on everything is answered so; `null`: as it should be. */
  | { order: 'status'; status: number | null }
  | { order: 'hang'; isHanging: boolean }
  | { order: 'down' }
  | { order: 'up' }
  | { order: 'count' };

const HOST = '127.0.0.1';

let people: SamplePerson[] = [];
let status: number | null = null;
let isHanging = false;
let questions = 0;
let port = 0;
let server: Server | null = null;

async function start({ port: own, ...settings }: Start): Promise<void> {
  port = own;
  const { app } = await buildSampleProvider(
    { ...settings, issuer: `http://${HOST}:${port}`, people: () => people },
    pino({ level: 'silent' }),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/token')) questions += 1;
    if (isHanging) return new Promise(() => {});
    if (status !== null) await reply.code(status).send({ error: 'server_error' });
  });
  await app.ready();
  server = createServer((request, reply) => app.routing(request, reply));
  await listen();
}

/** Of the same provider: it remembers what it knew. */
async function listen(): Promise<void> {
  server?.listen(port, HOST);
  if (server) await once(server, 'listening');
}

async function goDown(): Promise<void> {
  if (!server) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function obey(order: Order): Promise<number> {
  if (order.order === 'start') {
    people = order.people;
    await start(order);
  } else if (order.order === 'people') people = order.people;
  else if (order.order === 'status') status = order.status;
  else if (order.order === 'hang') isHanging = order.isHanging;
  else if (order.order === 'down') await goDown();
  else if (order.order === 'up') await listen();
  return questions;
}

process.on('message', (order: Order) => {
  void obey(order).then(
    (count) => process.send?.({ count }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
