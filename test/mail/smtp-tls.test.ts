import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createSmtpMail, type SmtpMailOptions } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { aMail } from '../support/mail-examples';
import { drop, encrypt, say, ScriptedSmtp, TEST_CERTIFICATE, type Script } from '../support/scripted-smtp';

const FIXTURE = join(__dirname, 'send-mail-fixture.ts');

let server: ScriptedSmtp;
afterEach(async () => server.stop());

const WITH_STARTTLS: Script = { EHLO: [say('250-scripted', '250-STARTTLS', '250 AUTH PLAIN')] };

interface Given extends Partial<SmtpMailOptions> {
  script?: Script;
  isImplicitTls?: boolean;
  host?: string;
}

/** Sends with the rule that everything is encrypted, as it is for every server beyond this machine. */
async function send({ script = WITH_STARTTLS, isImplicitTls = false, host, ...options }: Given = {}) {
  server = await ScriptedSmtp.start(script, { isImplicitTls });
  const mail = createSmtpMail({
    server: readSmtpUrl(server.url(host, 'karten:geheim')),
    rehearsalTo: null,
    isRehearsal: true,
    mustEncrypt: true,
    authorities: TEST_CERTIFICATE,
    ...options,
  });
  const [outcome] = await mail.send(aMail());
  return outcome;
}

/** Expects that nothing secret went over the wire in clear text. */
function expectNothingSaid() {
  expect(server.commands.filter((line) => !/^(EHLO|STARTTLS)\b/.test(line))).toEqual([]);
  expect(server.texts).toEqual([]);
}

describe('STARTTLS', () => {
  it('comes before the password and the mail', async () => {
    expect(await send()).toMatchObject({ outcome: 'accepted' });
    const verbs = server.commands.map((line) => line.split(' ')[0]);
    expect(verbs).toEqual(['EHLO', 'STARTTLS', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'RCPT', 'DATA']);
  });

  it('that is missing leaves the mail to a person', async () => {
    const script = { EHLO: [say('250-scripted', '250 AUTH PLAIN')], STARTTLS: [say('502 not here')] };
    expect(await send({ script })).toMatchObject({
      outcome: 'refused',
      reply: expect.stringContaining('502'),
    });
    expectNothingSaid();
  });

  it('that is missing together with EHLO leaves the mail to a person', async () => {
    expect(await send({ script: { EHLO: [say('502 only HELO')] } })).toMatchObject({ outcome: 'refused' });
    expectNothingSaid();
  });

  it('that is out of order now may be tried again', async () => {
    const script = { ...WITH_STARTTLS, STARTTLS: [say('454 TLS not available')] };
    expect(await send({ script })).toMatchObject({ outcome: 'not-sent' });
    expectNothingSaid();
  });

  it('that is lost in the handshake may be tried again', async () => {
    const script = { ...WITH_STARTTLS, STARTTLS: [say('220 go'), drop] };
    expect(await send({ script })).toMatchObject({ outcome: 'not-sent' });
    expectNothingSaid();
  });

  it('does not believe what was said in the clear after it', async () => {
    const script = { ...WITH_STARTTLS, STARTTLS: [say('220 go', '250 injected'), encrypt] };
    expect(await send({ script })).toMatchObject({ outcome: 'accepted', reply: '250 kept' });
  });

  it('is not asked for on this machine', async () => {
    expect(await send({ mustEncrypt: false })).toMatchObject({ outcome: 'accepted' });
    expect(server.commands).not.toContain('STARTTLS');
  });
});

describe.each([
  ['STARTTLS', false],
  ['TLS from the start', true],
])('%s', (_how, isImplicitTls) => {
  it('takes a certificate that is trusted', async () => {
    expect(await send({ isImplicitTls })).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses a certificate that nobody has signed', async () => {
    expect(await send({ isImplicitTls, authorities: undefined })).toMatchObject({ outcome: 'refused' });
    expectNothingSaid();
  });

  it('refuses a certificate with another name', async () => {
    expect(await send({ isImplicitTls, host: 'localhost' })).toMatchObject({
      outcome: 'refused',
      reply: expect.stringContaining('altnames'),
    });
    expectNothingSaid();
  });
});

it('leaves the mail to a person where a server in the clear answers instead of TLS', async () => {
  server = await ScriptedSmtp.start();
  const mail = createSmtpMail({
    server: readSmtpUrl(server.url().replace('smtp:', 'smtps:')),
    rehearsalTo: null,
    isRehearsal: true,
  });
  expect(await mail.send(aMail())).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
});

it('cannot be talked out of the check by the environment', async () => {
  server = await ScriptedSmtp.start({}, { isImplicitTls: true });
  const child = fork(FIXTURE, [server.url()], {
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env.PATH, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
  });
  const [outcomes] = await once(child, 'message');
  expect(outcomes).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
  expectNothingSaid();
});
