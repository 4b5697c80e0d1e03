import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInBrowser } from '../../src/cli/open-in-browser';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { aView } from '../support/views';
import { absage } from './run-cli';
import { eventually } from '../support/eventually';

const personNeeded = { code: 'person-needed' as const, text: ACTION_TEXTS.personNeeded };
const VIEW = aView({
  state: 'awaiting-approval',
  step: 'check',
  reservedActions: [{ action: 'approve', ...personNeeded }],
});
const CASE = [VIEW.house, VIEW.eventNumber];

let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-opener-'));
  server = createServer(({ method }, reply) => {
    const answer =
      method === 'GET'
        ? VIEW
        : { title: 'Kein Programm.', status: 403, code: 'person-needed', detail: personNeeded.text };
    reply.writeHead(method === 'GET' ? 200 : 403, { 'content-type': 'application/json' });
    reply.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it.each(['approve', 'reject', 'override'])(
  '%s where a person has to decide says so, and on which page',
  async (action) => {
    const { code, stdout, stderr } = await absage([
      action,
      ...CASE,
      '--reason',
      'Gesehen',
      '--url',
      `${url}/`,
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`Hier wird entschieden: ${url}/absagen/${CASE.join('/')}\n`);
    expect(stderr).toContain(personNeeded.text);
  },
);

it('names the case that was asked for', async () => {
  const options = ['--case', VIEW.caseId, '--reason', 'Gesehen', '--url', url];
  const { stderr } = await absage(['reject', ...CASE, ...options]);
  expect(stderr).toContain(`${url}/absagen/${CASE.join('/')}/${VIEW.caseId}\n`);
});

it('for programs there is the code, and no page beside it', async () => {
  const { stderr } = await absage(['approve', ...CASE, '--reason', 'Gesehen', '--json', '--url', url]);
  expect(JSON.parse(stderr)).toMatchObject({ error: { status: 403, code: 'person-needed' } });
});

it('gives the address to the browser of the machine, and does without where there is none', async () => {
  const [opened, opener] = [join(folder, 'opened'), join(folder, 'opener')];
  writeFileSync(opener, `#!/bin/sh\nprintf %s "$2" > '${opened}'\n`);
  chmodSync(opener, 0o755);
  const address = 'http://127.0.0.1:8080/absagen/FSP/1?a=1&b=$(id)';
  await openInBrowser(address, [join(folder, 'nowhere')]);
  await openInBrowser(address, [opener, 'first']);
  await eventually(
    () => existsSync(opened) && readFileSync(opened, 'utf8'),
    (text) => text === address,
  );
});
