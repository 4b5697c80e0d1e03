import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { RecipientOutcome } from '../../src/domain/line-content';
import { createSmtpMail, type SmtpMailOptions } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { aMail } from '../support/mail-examples';
import { drip, drop, flood, garble, say, ScriptedSmtp, silence, type Script } from '../support/scripted-smtp';

const TO = 'absagen@oeticket.example';
const CC = 'karten@festspielhaus.example';

/** Longer than any server of a test needs, even on a busy machine. */
const PATIENT = { connectionMs: 9_000, greetingMs: 9_000, silenceMs: 9_000, totalMs: 12_000 };

let server: ScriptedSmtp;
afterEach(async () => server?.stop());

async function start(script: Script = {}, options: Partial<SmtpMailOptions> = {}) {
  server = await ScriptedSmtp.start(script);
  return createSmtpMail({
    server: readSmtpUrl(server.url()),
    rehearsalTo: null,
    isRehearsal: true,
    ...options,
    timeouts: { ...PATIENT, ...options.timeouts },
  });
}

async function send(script: Script, timeouts: SmtpMailOptions['timeouts'] = {}) {
  const mail = await start(script, { timeouts });
  return mail.send(aMail());
}

/** The outcome that all recipients share. */
function common(outcomes: readonly RecipientOutcome[]) {
  const [first] = outcomes;
  expect(outcomes).toEqual([
    { ...first, address: TO },
    { ...first, address: CC },
  ]);
  return { outcome: first?.outcome, reply: first?.reply };
}

const WITHOUT_PIPELINING: Script = { EHLO: [say('250-scripted', '250 8BITMIME')] };

describe.each([
  ['with pipelining', {}],
  ['one command at a time', WITHOUT_PIPELINING],
] as [string, Script][])('%s', (_how, manner) => {
  it('is accepted for every recipient', async () => {
    expect(common(await send(manner))).toEqual({ outcome: 'accepted', reply: '250 kept' });
    expect(server.texts).toHaveLength(1);
    expect(server.commands.filter((line) => line.startsWith('RCPT'))).toEqual([
      `RCPT TO:<${TO}>`,
      `RCPT TO:<${CC}>`,
    ]);
  });

  it.each<[string, Script, string]>([
    ['421 as a greeting', { greeting: [say('421 too busy'), drop] }, '421 too busy'],
    ['no greeting', { greeting: [drop] }, 'Connection closed unexpectedly'],
    ['no mail server', { greeting: [say('HTTP/1.1 400 Bad Request')] }, 'HTTP/1.1 400 Bad Request'],
    ['lost at EHLO', { EHLO: [drop] }, 'Connection closed unexpectedly'],
    ['450 to MAIL', { MAIL: [say('450 later')] }, '450 later'],
    ['421 to MAIL', { MAIL: [say('421 closing'), drop] }, '421 closing'],
    ['lost at MAIL', { MAIL: [drop] }, 'Connection closed unexpectedly'],
    ['451 to both recipients', { RCPT: [say('451 greylisted')] }, '451 greylisted'],
    ['lost at RCPT', { RCPT: [drop] }, 'Connection closed unexpectedly'],
    ['451 to DATA', { DATA: [say('451 no disk')] }, '451 no disk'],
    ['lost before 354', { DATA: [drop] }, 'Connection closed unexpectedly'],
    ['451 to the text', { text: [say('451 could not keep it')] }, '451 could not keep it'],
    ['421 to the text', { text: [say('421 closing'), drop] }, '421 closing'],
  ])('is not sent, and may be tried again: %s', async (_what, script, reply) => {
    expect(common(await send({ ...manner, ...script }))).toEqual({ outcome: 'not-sent', reply });
    expect(server.connections).toBe(1);
  });

  it.each<[string, Script, string]>([
    ['554 as a greeting', { greeting: [say('554 go away')] }, '554 go away'],
    ['550 to MAIL', { MAIL: [say('550 not you')] }, '550 not you'],
    ['550 to both recipients', { RCPT: [say('550 unknown')] }, '550 unknown'],
    ['550 to DATA', { DATA: [say('550 no')] }, '550 no'],
    ['554 to the text', { text: [say('554-spam', '554 says the filter')] }, '554-spam 554 says the filter'],
    ['550 and then 354', { RCPT: [say('550 unknown')], DATA: [say('354 still')] }, '550 unknown'],
  ])('is refused: %s', async (_what, script, reply) => {
    expect(common(await send({ ...manner, ...script }))).toEqual({ outcome: 'refused', reply });
    expect(server.connections).toBe(1);
  });

  it.each<[string, Script]>([
    ['lost in the middle of 354', { DATA: [garble('35'), drop] }],
    ['lost after 354', { 'text begins': [drop] }],
    ['killed between the dot and 250', { text: [drop] }],
    ['half a 250', { text: [garble('25'), drop] }],
    ['a 250 without its end', { text: [garble('250 kept'), drop] }],
    ['a 550 without its end', { text: [garble('550 no'), drop] }],
    ['354 to the text', { text: [say('354 go ahead')] }],
    ['251 to the text', { text: [say('251 somehow')] }],
    ['250 with a letter in it', { text: [say('250kept')] }],
    ['999 to the text', { text: [say('999 what')] }],
    ['no words at all', { text: [say('\u0007\u00ff\u00fe')] }],
    ['250 to DATA, and lost', { DATA: [say('250 fine')], 'text begins': [drop] }],
    ['250 to DATA and to the text', { DATA: [say('250 fine')] }],
    ['a reply to the text without an end', { text: [flood] }],
  ])('is in doubt: %s', async (_what, script) => {
    expect(common(await send({ ...manner, ...script })).outcome).toBe('in-doubt');
    expect(server.connections).toBe(1);
  });

  it('tells the recipients apart when one of them is refused', async () => {
    const script = { ...manner, 'RCPT 1': [say('550 unknown')] };
    expect(await send(script)).toEqual([
      { address: TO, outcome: 'refused', reply: '550 unknown' },
      { address: CC, outcome: 'accepted', reply: '250 kept' },
    ]);
  });

  it('tells the recipients apart when one of them is put off', async () => {
    const script = { ...manner, 'RCPT 2': [say('450 later')] };
    expect(await send(script)).toEqual([
      { address: TO, outcome: 'accepted', reply: '250 kept' },
      { address: CC, outcome: 'not-sent', reply: '450 later' },
    ]);
  });

  it('doubts only for those recipients that the server had taken', async () => {
    const script = { ...manner, 'RCPT 1': [say('550 unknown')], text: [drop] };
    expect(await send(script)).toMatchObject([
      { address: TO, outcome: 'refused' },
      { address: CC, outcome: 'in-doubt' },
    ]);
  });

  it('keeps an answer for each recipient when the server closes in between', async () => {
    const script = { ...manner, 'RCPT 1': [say('550 unknown')], 'RCPT 2': [say('421 closing'), drop] };
    expect(await send(script)).toEqual([
      { address: TO, outcome: 'refused', reply: '550 unknown' },
      { address: CC, outcome: 'not-sent', reply: '421 closing' },
    ]);
  });
});

describe('a server that is slow', () => {
  const SILENCE = { silenceMs: 200 };
  const TOTAL = { totalMs: 300 };

  it.each<[string, Script, SmtpMailOptions['timeouts']]>([
    ['no greeting', { greeting: [silence] }, { greetingMs: 200 }],
    ['silent at EHLO', { EHLO: [silence] }, SILENCE],
    ['silent at MAIL', { MAIL: [silence] }, SILENCE],
    ['silent at DATA', { DATA: [silence] }, SILENCE],
    ['drips its greeting', { greeting: [drip(20)] }, TOTAL],
    ['drips its answer to DATA', { DATA: [drip(20)] }, TOTAL],
    ['talks without an end', { EHLO: [flood] }, {}],
  ])('before 354 has not sent anything: %s', async (_what, script, timeouts) => {
    expect(common(await send(script, timeouts)).outcome).toBe('not-sent');
    expect(server.texts).toEqual([]);
  });

  // So long that the conversation gets as far as the text on a busy machine, too.
  it.each<[string, Script, SmtpMailOptions['timeouts']]>([
    ['silent', { text: [silence] }, { silenceMs: 3_000 }],
    ['drips', { text: [drip(20)] }, { totalMs: 4_000 }],
  ])('after 354 leaves doubt: %s', async (_what, script, timeouts) => {
    expect(common(await send(script, timeouts)).outcome).toBe('in-doubt');
    expect(server.texts).toHaveLength(1);
  });

  it('is not waited for beyond the total time, however it drips', async () => {
    const startedAt = Date.now();
    await send({ EHLO: [drip(20)] }, TOTAL);
    // It would drip for ever.
    expect(Date.now() - startedAt).toBeLessThan(PATIENT.totalMs);
  });
});

describe.each([
  ['with pipelining', {}],
  ['one command at a time', WITHOUT_PIPELINING],
] as [string, Script][])(
  'does not take answers to something else for the one to its text, %s',
  (_how, manner) => {
    it.each([1, 2, 3])('%d too many', async (count) => {
      const early = Array.from({ length: count }, () => '250 once more');
      const outcomes = await send({ ...manner, 'RCPT 2': [say('250 recipient fine', ...early)] });
      expect(common(outcomes).outcome).toBe('in-doubt');
    });
  },
);

it('cannot send where nobody listens', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  const mail = await start({}, { server: readSmtpUrl(`smtp://127.0.0.1:${port}`) });
  expect(common(await mail.send(aMail()))).toEqual({
    outcome: 'not-sent',
    reply: `connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});

it('reaches this machine under its name', async () => {
  server = await ScriptedSmtp.start();
  const mail = createSmtpMail({
    server: readSmtpUrl(server.url('localhost')),
    rehearsalTo: null,
    isRehearsal: true,
  });
  expect(common(await mail.send(aMail())).outcome).toBe('accepted');
});

describe('the envelope', () => {
  const recipients = () => server.commands.filter((line) => line.startsWith('RCPT'));

  it('can be a part of To and Cc, and the header stays the same', async () => {
    const mail = await start();
    expect(await mail.send(aMail(), [CC])).toEqual([{ address: CC, outcome: 'accepted', reply: '250 kept' }]);
    expect(recipients()).toEqual([`RCPT TO:<${CC}>`]);
    expect(server.texts[0]).toContain(`\r\nTo: ${TO}\r\nCc: ${CC}\r\n`);
  });

  it('has each mailbox once', async () => {
    const mail = await start();
    const outcomes = await mail.send(aMail({ to: [TO], cc: [TO.toUpperCase()] }));
    expect(recipients()).toEqual([`RCPT TO:<${TO}>`]);
    expect(outcomes).toEqual([
      { address: TO, outcome: 'accepted', reply: '250 kept' },
      { address: TO.toUpperCase(), outcome: 'accepted', reply: '250 kept' },
    ]);
  });

  it('has domains in ASCII', async () => {
    const mail = await start();
    await mail.send(aMail({ from: 'karten@bühne.example', to: ['absagen@öticket.example'], cc: [] }));
    expect(recipients()).toEqual(['RCPT TO:<absagen@xn--ticket-vxa.example>']);
    expect(server.commands.find((line) => line.startsWith('MAIL'))).toContain(
      '<karten@xn--bhne-0ra.example>',
    );
  });
});

describe('the recipient of rehearsals', () => {
  const PROBE = 'probe@absage.example';

  it('replaces all others, in the envelope and in the header', async () => {
    const mail = await start({}, { rehearsalTo: PROBE });
    expect(await mail.send(aMail(), [CC])).toEqual([
      { address: PROBE, outcome: 'accepted', reply: '250 kept' },
    ]);
    expect(server.commands.filter((line) => line.startsWith('RCPT'))).toEqual([`RCPT TO:<${PROBE}>`]);
    expect(server.texts[0]).toContain(`\r\nTo: ${PROBE}\r\n`);
    expect(server.texts[0]).not.toMatch(/^Cc:|oeticket/m);
  });

  it('has no place in production', async () => {
    const mail = await start({}, { rehearsalTo: PROBE, isRehearsal: false });
    expect((await mail.send(aMail())).map(({ address }) => address)).toEqual([TO, CC]);
  });

  it('is required beyond this machine', () => {
    const options = {
      server: readSmtpUrl('smtps://mail.haus.example'),
      isRehearsal: true,
      rehearsalTo: null,
    };
    expect(() => createSmtpMail(options)).toThrow(TypeError);
    expect(() => createSmtpMail({ ...options, rehearsalTo: PROBE })).not.toThrow();
    expect(() => createSmtpMail({ ...options, isRehearsal: false })).not.toThrow();
  });
});

describe('a mail that is not valid never meets a server', () => {
  it.each([
    ['a line break in To', aMail({ to: ['a@x.example\r\nBcc: b@x.example'] })],
    ['a list in To', aMail({ to: ['a@x.example, b@x.example'] })],
    ['a display name', aMail({ cc: ['Karten <a@x.example>'] })],
    ['no domain', aMail({ from: 'karten' })],
    ['a line break in Reply-To', aMail({ replyTo: 'a@x.example\nBcc: b@x.example' })],
    ['a line break in the subject', aMail({ subject: 'Absage\r\nBcc: b@x.example' })],
    ['a Message-ID without brackets', aMail({ messageId: 'a@x.example' })],
    ['two Message-IDs', aMail({ messageId: '<a@x.example> <b@x.example>' })],
    ['nobody to send to', aMail({ to: [], cc: [] })],
  ])('%s', async (_what, invalid) => {
    const mail = await start();
    await expect(mail.send(invalid)).rejects.toThrow(TypeError);
    expect(server.connections).toBe(0);
  });

  it.each([[['jemand@anders.example']], [[]]])('an envelope of %j', async (recipients) => {
    const mail = await start();
    await expect(mail.send(aMail(), recipients)).rejects.toThrow(TypeError);
    expect(server.connections).toBe(0);
  });
});

describe('with a password', () => {
  const WITH_LOGIN: Script = { EHLO: [say('250-scripted', '250-PIPELINING', '250 AUTH PLAIN LOGIN')] };
  const PLAIN = Buffer.from('\0karten@haus\0ge/heim').toString('base64');

  async function sendAs(credentials: string, script: Script) {
    server = await ScriptedSmtp.start({ ...WITH_LOGIN, ...script });
    const url = server.url('127.0.0.1', credentials);
    return common(
      await createSmtpMail({ server: readSmtpUrl(url), rehearsalTo: null, isRehearsal: true }).send(aMail()),
    );
  }

  it('logs in', async () => {
    expect(await sendAs('karten%40haus:ge%2Fheim', {})).toEqual({ outcome: 'accepted', reply: '250 kept' });
    expect(server.commands).toContain(`AUTH PLAIN ${PLAIN}`);
  });

  it('is refused with 535, and tries once', async () => {
    const { outcome } = await sendAs('karten%40haus:ge%2Fheim', { AUTH: [say('535 wrong')] });
    expect(outcome).toBe('refused');
    expect(server.commands.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
    expect(server.connections).toBe(1);
  });

  it('may be tried again after 454', async () => {
    const { outcome } = await sendAs('karten%40haus:ge%2Fheim', { AUTH: [say('454 directory away')] });
    expect(outcome).toBe('not-sent');
  });

  it('does not repeat what a server says of it', async () => {
    const said = `535 ${PLAIN} is karten@haus with ge/heim`;
    expect((await sendAs('karten%40haus:ge%2Fheim', { AUTH: [say(said)] })).reply).toBe(
      '535 *** is *** with ***',
    );
  });

  it('is refused where the password is missing', async () => {
    expect((await sendAs('karten', {})).outcome).toBe('refused');
  });
});

describe('a mail that is not worth waiting for', () => {
  it.each<[string, Script, string, number]>([
    ['says nothing at all', { greeting: [silence] }, 'not-sent', 300],
    ['drips', { greeting: [drip(50)] }, 'not-sent', 300],
    // On a busy machine, too, the text has left by then.
    ['is not heard again after the text', { text: [silence] }, 'in-doubt', 3_000],
  ])('is left alone in time by a server that %s', async (_how, script, outcome, withinMs) => {
    const mail = await start(script);
    const begunAt = Date.now();
    const outcomes = await mail.send(aMail(), [TO], { withinMs });
    // Any other mail would be waited for as long as this.
    expect(Date.now() - begunAt).toBeLessThan(PATIENT.silenceMs);
    expect(outcomes).toMatchObject([{ address: TO, outcome }]);
  });

  it('is sent as any other where the server answers', async () => {
    const mail = await start();
    expect(await mail.send(aMail(), [TO], { withinMs: PATIENT.totalMs })).toMatchObject([
      { outcome: 'accepted' },
    ]);
  });
});

describe('the name in EHLO', () => {
  it('is the one that is set', async () => {
    const mail = await start({}, { name: 'absage.example' });
    expect(common(await mail.send(aMail())).outcome).toBe('accepted');
    expect(server.commands[0]).toBe('EHLO absage.example');
  });

  it('is an address where none is set, whatever this machine is called', async () => {
    await send({});
    expect(server.commands[0]).toBe('EHLO [127.0.0.1]');
  });
});

it('says of a mail by a program that it is one, and of a letter of the box office nothing', async () => {
  const mail = await start();
  await mail.send({ ...aMail(), isAutomatic: true });
  await mail.send(aMail());
  expect(server.texts.map((text) => /^Auto-Submitted: (.*)$/m.exec(text)?.[1]?.trim())).toEqual([
    'auto-generated',
    undefined,
  ]);
});
