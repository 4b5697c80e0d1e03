import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { CancellationView } from '../../src/cases/view';
import type { JournalEntry } from '../../src/domain/journal';
import type { Order } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';
import { absage } from './run-cli';

let stage: ApiStage;
let env: { ABSAGE_URL: string };
let order: Order;
let earlier: CancellationView;
let later: CancellationView;

const run = (...args: string[]) => absage(args, { env });
const why = ['--reason', 'Es wird doch gespielt.'];

beforeAll(async () => {
  stage = await ApiStage.open();
  env = { ABSAGE_URL: await stage.listen() };
  order = await stage.prepare();
  earlier = await stage.startWaiting(order);
  expect((await run('abort', 'FSP', order.eventNumber, ...why)).code).toBe(0);
  await stage.untilState(order, 'aborted');
  later = await stage.startWaiting(order);
});
afterAll(() => stage.close());

it('status without --case shows the newest case, and with it the one that is named', async () => {
  const newest = await run('status', 'FSP', order.eventNumber, '--json');
  expect(JSON.parse(newest.stdout)).toMatchObject({ caseId: later.caseId, state: 'waiting' });
  const { code, stdout } = await run('status', 'FSP', order.eventNumber, '--case', earlier.caseId);
  expect(code).toBe(1);
  expect(stdout).toContain(': abgebrochen\n');
  expect(stdout).toContain(`Frühere Absage dieser Veranstaltung. Die jetzige: Fall ${later.caseId}\n`);
});

it('journal --case prints the lines of that case only', async () => {
  const { code, stdout } = await run(
    ...['journal', 'FSP', order.eventNumber, '--case', earlier.caseId, '--json'],
  );
  const { entries } = JSON.parse(stdout) as { entries: JournalEntry[] };
  expect(code).toBe(0);
  expect(new Set(entries.map(({ caseId }) => caseId))).toEqual(new Set([earlier.caseId]));
});

it('watch --case says how that case ended', async () => {
  const { code, stdout } = await run('watch', 'FSP', order.eventNumber, '--case', earlier.caseId);
  expect(code).toBe(1);
  expect(stdout).toMatch(/Absage abgebrochen\.\n$/);
});

it('an action that names an earlier case is refused, and says which case there is', async () => {
  const { code, stderr } = await run('abort', 'FSP', order.eventNumber, '--case', earlier.caseId, ...why);
  expect(code).toBe(1);
  expect(stderr).toContain('Gemeint war eine andere Absage dieser Veranstaltung.');
  expect(stderr).toContain(`Fall ${later.caseId}`);
  expect(await stage.view(order)).toMatchObject({ caseId: later.caseId, state: 'waiting' });
});

it('an action that looks at the case first names what it has seen', async () => {
  const asked = new Map<string, unknown>();
  const seen = { ...later, allowedActions: ['skip-wait'] };
  const server = createServer((request, response) => {
    void json(request).then(
      (body) => asked.set(request.url ?? '', body),
      () => undefined,
    );
    response.setHeader('content-type', 'application/json').end(JSON.stringify(seen));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const args = ['skip-wait', 'FSP', order.eventNumber, '--titles-visible', ...why];
  const { code } = await absage(args, { env: { ABSAGE_URL: `http://127.0.0.1:${port}` } });
  server.close();
  expect(code).toBe(0);
  expect(asked.get(`/v1/cancellations/FSP/${order.eventNumber}/skip-wait`)).toMatchObject({
    caseId: later.caseId,
  });
});

it('list names the cases of an event that has several', async () => {
  const { stdout } = await run('list', '--house', 'FSP');
  const lines = stdout.split('\n').filter((line) => line.startsWith(`FSP ${order.eventNumber}`));
  expect(lines).toHaveLength(2);
  for (const { caseId } of [earlier, later]) expect(stdout).toContain(`  Fall ${caseId}\n`);
});

it('a case of another event is not taken for one of this event', async () => {
  const other = await stage.prepare();
  const { code, stdout, stderr } = await run('status', 'FSP', other.eventNumber, '--case', earlier.caseId);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`Dieser Fall gehört zu einer anderen Veranstaltung: FSP ${order.eventNumber}.\n`);
});

it.each(['7d2f7c1e-52f2-4a2a-9f3e-0d6c1c9b0a11', 'kein-fall'])('case %s is not found', async (caseId) => {
  expect(await run('journal', 'FSP', order.eventNumber, '--case', caseId)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Diese Absage gibt es nicht.\n',
  });
});
