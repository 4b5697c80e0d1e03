import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { loadConfig } from '../../src/settings/environment';
import { mailCheck } from '../../src/doctor/mail';
import { startMailCatcher } from '../../src/up/mail-catcher';
import { drop, say, ScriptedSmtp, silence, TEST_CERTIFICATE, type Script } from '../support/scripted-smtp';
import { SILENT } from '../support/simulator';

const SECRET = 'Kanarienvogel';
const servers: SMTPServer[] = [];
afterEach(() =>
  Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve)))),
);

const judge = (smtpUrl: string, more: Record<string, string> = {}) =>
  mailCheck(loadConfig({ ABSAGE_SMTP_URL: smtpUrl, ...more })).run();

/** A mail server on this machine; its port. */
async function listen(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({ disableReverseLookup: true, closeTimeout: 100, ...options });
  servers.push(server);
  server.on('error', () => {}); // clients that hang up
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

it('finds the mail catcher, and sends nothing', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-doctor-mail-'));
  const catcher = await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 } }, SILENT);
  const server = new URL(catcher.smtpUrl).host;
  expect(await judge(catcher.smtpUrl)).toEqual({ state: 'ok', text: `${server} antwortet.` });
  const response = await fetch(`${catcher.url}/messages`);
  expect(await response.json()).toEqual({ messages: [] });
  await catcher.stop();
  rmSync(dataDir, { recursive: true });
});

it('logs in as the mails will', async () => {
  const port = await listen({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, answer) =>
      password === SECRET ? answer(null, { user: username }) : answer(new Error(`no ${password}`)),
  });
  const server = `127.0.0.1:${port}`;
  expect(await judge(`smtp://karten:${SECRET}@${server}`)).toEqual({
    state: 'ok',
    text: `${server} antwortet (mit Anmeldung).`,
  });
  const refused = await judge(`smtp://karten:${SECRET}x@${server}`);
  expect(refused.state).toBe('failed');
  expect(refused.text).toContain('lehnt die Anmeldung ab');
  expect(refused.text).not.toContain(SECRET);
});

it('tells of a server whose certificate nobody vouches for', async () => {
  const port = await listen({ secure: true, key: TEST_CERTIFICATE, cert: TEST_CERTIFICATE });
  expect(await judge(`smtps://127.0.0.1:${port}`)).toMatchObject({
    state: 'failed',
    text: expect.stringContaining('keine sichere Verbindung'),
  });
});

it('tells of a server that is not there', async () => {
  expect(await judge('smtp://127.0.0.1:9')).toEqual({
    state: 'failed',
    text: '127.0.0.1:9 antwortet nicht: bitte ABSAGE_SMTP_URL und das Netz prüfen (ECONNREFUSED).',
  });
});

it('says who gets the mails of a rehearsal', async () => {
  const port = await listen({ authOptional: true, hideSTARTTLS: true });
  const verdict = await judge(`smtp://127.0.0.1:${port}`, { ABSAGE_REHEARSAL_MAIL_TO: 'probe@haus.example' });
  expect(verdict.text).toMatch(/alle E-Mails gehen nur an probe@haus\.example\.$/);
});

describe('a server that does not take the greeting', () => {
  let scripted: ScriptedSmtp;
  afterEach(() => scripted.stop());
  const judgeScripted = async (script: Script) => {
    scripted = await ScriptedSmtp.start(script);
    return judge(scripted.url(), { ABSAGE_SMTP_NAME: 'absage.example' });
  };

  it.each<[string, Script, string]>([
    ['the name', { EHLO: [say('421 4.7.0 who is that?'), drop] }, '421 4.7.0 who is that?'],
    ['this machine', { greeting: [say('554 not from there'), drop] }, '554 not from there'],
  ])('is not taken for a silent one when it refuses %s', async (_what, script, reply) => {
    const { state, text } = await judgeScripted(script);
    expect(state).toBe('failed');
    expect(text).toMatch(/antwortet, weist Absage aber ab: .*ABSAGE_SMTP_NAME \(absage\.example\)/);
    expect(text).toContain(`(${reply})`);
    expect(text).not.toContain('antwortet nicht');
  });

  it('is a silent one when it says nothing', async () => {
    expect((await judgeScripted({ greeting: [silence] })).text).toContain('antwortet nicht');
  });

  it('is greeted with the name that is set', async () => {
    expect((await judgeScripted({})).state).toBe('ok');
    expect(scripted.commands[0]).toBe('EHLO absage.example');
  });
});
