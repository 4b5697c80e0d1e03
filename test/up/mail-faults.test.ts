import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecipientOutcome } from '../../src/domain/line-content';
import { createSmtpMail } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { startMailCatcher, type MailCatcher } from '../../src/up/mail-catcher';
import type { CaughtMail } from '../../src/up/mail-store';
import { aMail } from '../support/mail-examples';
import { SILENT } from '../support/simulator';

let dataDir: string;
let catcher: MailCatcher;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'absage-'));
  catcher = await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 } }, SILENT);
});

afterEach(async () => {
  await catcher.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function control(method: 'POST' | 'DELETE', body?: unknown): Promise<Response> {
  return fetch(`${catcher.url}/faults`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** Absage's own outcome of the sending, which is the same for every recipient. */
async function send(subject = 'Absage: Faust (VA-Nr. 1)'): Promise<RecipientOutcome['outcome'] | undefined> {
  const server = readSmtpUrl(catcher.smtpUrl);
  const outcomes = await createSmtpMail({ server, rehearsalTo: null, isRehearsal: true }).send(
    aMail({ subject }),
  );
  const [first] = outcomes;
  expect(outcomes.every(({ outcome }) => outcome === first?.outcome)).toBe(true);
  return first?.outcome;
}

async function subjects(): Promise<string[]> {
  const { messages } = (await (await fetch(`${catcher.url}/messages`)).json()) as { messages: CaughtMail[] };
  return messages.map(({ subject }) => subject);
}

const DROP = { kind: 'drop-after-data' };

it('leaves the next mail in doubt, keeps nothing of it, and takes the one after it', async () => {
  expect((await control('POST', { ...DROP, count: 1 })).status).toBe(204);
  expect(await send('eins')).toBe('in-doubt');
  expect(await send('zwei')).toBe('accepted');
  expect(await subjects()).toEqual(['zwei']);
});

it('leaves a mail in doubt that it has kept', async () => {
  await control('POST', { kind: 'keep-after-data' });
  expect(await send('eins')).toBe('in-doubt');
  expect(await subjects()).toEqual(['eins']);
});

it('drops as many as it is told', async () => {
  await control('POST', { ...DROP, count: 2 });
  expect([await send(), await send(), await send()]).toEqual(['in-doubt', 'in-doubt', 'accepted']);
});

it('drops one of two that come together', async () => {
  await control('POST', { ...DROP, count: 1, subjectIncludes: ['Absage'] });
  const outcomes = await Promise.all([send('Absage 1'), send('Absage 2')]);
  expect(outcomes.sort()).toEqual(['accepted', 'in-doubt']);
});

it('waits for the mail with that subject, however it is encoded', async () => {
  await control('POST', { ...DROP, subjectIncludes: ['Absage: ', 'Müllerin'] });
  expect(await send('Absage braucht Sie: Die schöne Müllerin')).toBe('accepted');
  expect(await send('[PROBE] Absage: Die schöne Müllerin')).toBe('in-doubt');
});

it('takes every mail again when the faults are taken back', async () => {
  await control('POST', { ...DROP, count: 5 });
  expect((await control('DELETE')).status).toBe(204);
  expect(await send()).toBe('accepted');
});

it('goes on after a mail that it has dropped, also to its end', async () => {
  await control('POST', DROP);
  await send();
  const startedAt = performance.now();
  await catcher.stop();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  catcher = await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 } }, SILENT);
  expect(await send()).toBe('accepted');
});

it.each([
  ['nothing', undefined],
  ['another kind', { kind: 'hang' }],
  ['no number', { ...DROP, count: 0 }],
  ['more than there is', { ...DROP, status: 'Storno' }],
])('refuses %s', async (_what, body) => {
  expect((await control('POST', body)).status).toBe(400);
  expect(await send()).toBe('accepted');
});

it('refuses a request that a foreign web page can send', async () => {
  const answer = await fetch(`${catcher.url}/faults`, { method: 'POST', body: JSON.stringify(DROP) });
  expect(answer.status).toBe(400);
  expect(await send()).toBe('accepted');
});
