import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { pino } from 'pino';
import { startMailCatcher, type MailCatcher } from '../../src/up/mail-catcher';
import type { CaughtMail } from '../../src/up/mail-store';

const FIXTURE = join(__dirname, 'mail-catcher-fixture.ts');

let dataDir: string;
let catcher: MailCatcher;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'absage-'));
  await start();
});

afterEach(async () => {
  await catcher.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  catcher = await startMailCatcher({ dataDir, ports: { mail: 0, mailUi: 0 } }, pino({ level: 'silent' }));
}

async function restart(): Promise<void> {
  await catcher.stop();
  await start();
}

function send(changes: SendMailOptions = {}, smtpUrl = catcher.smtpUrl) {
  return createTransport(smtpUrl).sendMail({
    from: 'karten@haus.example',
    to: 'absagen@oeticket.example',
    subject: 'Absage',
    text: 'Grüß Gott\n',
    messageId: '<1@haus.example>',
    ...changes,
  });
}

async function list(): Promise<CaughtMail[]> {
  const { messages } = (await (await fetch(`${catcher.url}/messages`)).json()) as { messages: CaughtMail[] };
  return messages;
}

async function readPage(): Promise<string> {
  return (await fetch(catcher.url)).text();
}

const subjects = async () => (await list()).map(({ subject }) => subject);

it('lists what has arrived', async () => {
  const before = new Date().toISOString();
  await send({ cc: 'leitung@haus.example' });
  expect(await list()).toEqual([
    {
      id: expect.stringMatching(/./),
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      from: 'karten@haus.example',
      to: ['absagen@oeticket.example', 'leitung@haus.example'],
      messageId: '<1@haus.example>',
      subject: 'Absage',
      text: 'Grüß Gott\n',
      source: expect.stringContaining('\r\n\r\nGr=C3=BC=C3=9F Gott\r\n'),
    },
  ]);
  const [mail] = await list();
  expect(mail?.source).toMatch(/^From: karten@haus\.example\r\n/);
  expect((mail?.receivedAt ?? '') >= before).toBe(true);
});

it('lists nothing where nothing has arrived', async () => {
  expect(await list()).toEqual([]);
  expect(await readPage()).toContain('Noch keine E-Mails.');
});

it('lists the oldest first', async () => {
  for (const subject of ['eins', 'zwei', 'drei']) await send({ subject });
  expect(await subjects()).toEqual(['eins', 'zwei', 'drei']);
});

it('takes the recipients from the envelope', async () => {
  await send({ envelope: { from: 'karten@haus.example', to: ['probe@haus.example'] } });
  expect((await list())[0]).toMatchObject({ to: ['probe@haus.example'] });
});

it('takes a mail without sender, header and text', async () => {
  await send({ raw: '\r\n', envelope: { from: '', to: 'x@haus.example' } });
  expect((await list())[0]).toMatchObject({ from: '', messageId: null, subject: '', text: '' });
});

it('takes several at once', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `Absage ${index}`);
  await Promise.all(names.map((subject) => send({ subject })));
  const mails = await list();
  expect(mails.map(({ subject }) => subject).sort()).toEqual(names.sort());
  expect(new Set(mails.map(({ id }) => id)).size).toBe(20);
});

it('greets without a pause', async () => {
  const waits: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    const startedAt = performance.now();
    const client = connectSmtp();
    await once(client, 'data');
    waits.push(performance.now() - startedAt);
    client.destroy();
  }
  expect(Math.min(...waits)).toBeLessThan(90);
});

describe('keeps what it has said yes to', () => {
  it('over a restart', async () => {
    await send({ subject: 'eins' });
    const before = await list();
    await restart();
    expect(await list()).toEqual(before);
    await send({ subject: 'zwei' });
    expect(await subjects()).toEqual(['eins', 'zwei']);
  });

  it('over kill -9', async () => {
    const child = fork(FIXTURE, [dataDir], { execArgv: ['--import', 'tsx'] });
    const [smtpUrl] = (await once(child, 'message')) as [string];
    await send({ subject: 'gerade noch' }, smtpUrl);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await restart();
    expect(await subjects()).toEqual(['gerade noch']);
  });

  it('in a file that mail programs open', async () => {
    await send();
    const [name = ''] = readdirSync(join(dataDir, 'mails'));
    const content = readFileSync(join(dataDir, 'mails', name), 'utf8');
    expect(name).toMatch(/\.eml$/);
    expect(content).toMatch(/^X-Absage-Envelope: \{.*\}\r\nFrom: karten@haus\.example\r\n/);
  });

  it('and nothing that was only half there', async () => {
    writeFileSync(join(dataDir, 'mails', '00000007-0123abcd.eml.unfinished'), 'From: kar');
    await restart();
    expect(await list()).toEqual([]);
    expect(readdirSync(join(dataDir, 'mails'))).toEqual([]);
  });

  it('beside a file that is not its own', async () => {
    await send();
    writeFileSync(join(dataDir, 'mails', '00000009-0123abcd.eml'), 'From: karten@haus.example');
    writeFileSync(join(dataDir, 'mails', 'notes.txt'), 'meine');
    await restart();
    expect(await subjects()).toEqual(['Absage']);
  });

  it('until a person deletes it', async () => {
    await send();
    expect(await list()).toHaveLength(1);
    const [name = ''] = readdirSync(join(dataDir, 'mails'));
    rmSync(join(dataDir, 'mails', name));
    expect(await list()).toEqual([]);
  });
});

describe('says no', () => {
  it('to a mail that announces to be too large', async () => {
    await expect(send({ text: 'x'.repeat(1_000_001), encoding: '7bit' })).rejects.toMatchObject({
      response: expect.stringMatching(/^552 /),
    });
  });

  it('to a mail that turns out to be too large, and goes on', async () => {
    const client = connectSmtp();
    await converse(client, [
      'EHLO me',
      'MAIL FROM:<karten@haus.example>',
      'RCPT TO:<x@haus.example>',
      'DATA',
    ]);
    client.write(`${'x'.repeat(1_000_001)}\r\n.\r\n`);
    expect(String((await once(client, 'data'))[0])).toMatch(/^552 /);
    client.destroy();
    await send({ subject: 'kurz' });
    expect(await subjects()).toEqual(['kurz']);
  });

  it('for the time being where it cannot keep a mail', async () => {
    rmSync(join(dataDir, 'mails'), { recursive: true });
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  });

  it('to STARTTLS and a login, which nobody needs here', async () => {
    const client = connectSmtp();
    const greeting = await converse(client, ['EHLO me']);
    client.destroy();
    expect(greeting).not.toMatch(/STARTTLS|AUTH/);
  });
});

it('does not keep a mail that breaks off', async () => {
  const client = connectSmtp();
  await converse(client, ['EHLO me', 'MAIL FROM:<karten@haus.example>', 'RCPT TO:<x@haus.example>', 'DATA']);
  client.end('Subject: halb\r\n\r\nhal');
  await once(client, 'close');
  await send({ subject: 'ganz' });
  expect(await subjects()).toEqual(['ganz']);
});

describe('the page', () => {
  const evil = '<script>alert("1")</script>';

  it('shows a mail with everything escaped', async () => {
    await send({ subject: evil, text: `${evil} & mehr`, messageId: `<'${evil}'@haus.example>` });
    const page = await readPage();
    expect(page).toContain('<h2><bdi>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</bdi></h2>');
    expect(page).toContain('&lt;/script&gt; &amp; mehr');
    expect(page).not.toMatch(/<script/i);
  });

  it('lets nothing run or load but its own style', async () => {
    const { headers } = await fetch(catcher.url);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('shows the newest first', async () => {
    for (const subject of ['der erste Brief', 'der zweite Brief']) await send({ subject });
    const page = await readPage();
    expect(page).toContain('2 E-Mails, die neueste zuerst.');
    expect(page.indexOf('der zweite Brief')).toBeLessThan(page.indexOf('der erste Brief'));
  });

  it('looks for new mail by itself, and shows the source of a mail by its address', async () => {
    await send({ subject: 'mit Quelltext' });
    const page = await readPage();
    expect(page).toContain('<meta http-equiv="refresh" content="10">');
    const [, id] = /<a href="#([^"]+)">Quelltext<\/a>/.exec(page) ?? [];
    expect(page).toContain(`<pre class="source" id="${id}">`);
    expect(page).not.toMatch(/(src|href)="(?!#)/);
  });

  it('names the facts in German', async () => {
    await send({ cc: 'leitung@haus.example', subject: '' });
    const page = await readPage();
    expect(page).toContain('<html lang="de-AT">');
    expect(page).toContain('<bdi>Ohne Betreff</bdi>');
    expect(page).toContain('<dt>An</dt><dd><bdi>absagen@oeticket.example, leitung@haus.example</bdi></dd>');
  });
});

it('stops at once, also with an idle client', async () => {
  const client = connectSmtp();
  await once(client, 'data');
  const startedAt = performance.now();
  await catcher.stop();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  client.destroy();
  await start();
});

it('says why it cannot start, and keeps no port', async () => {
  const [occupant, free] = [await listen(0), await listen(0)];
  const mailUi = portOf(free);
  await close(free);
  const starting = startMailCatcher(
    { dataDir, ports: { mail: portOf(occupant), mailUi } },
    pino({ level: 'silent' }),
  );
  await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await close(await listen(mailUi));
  await close(occupant);
});

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function connectSmtp() {
  return connect(Number(new URL(catcher.smtpUrl).port), '127.0.0.1');
}

/** Waits for the greeting and for the answer to each line; returns the last answer. */
async function converse(client: ReturnType<typeof connectSmtp>, lines: readonly string[]): Promise<string> {
  let [answer] = (await once(client, 'data')) as [Buffer];
  for (const line of lines) {
    client.write(`${line}\r\n`);
    [answer] = (await once(client, 'data')) as [Buffer];
  }
  return answer.toString();
}
