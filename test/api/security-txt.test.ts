import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import { loadConfig } from '../../src/settings/environment';
import { hashToken } from '../../src/settings/tokens';
import { idleDependencies } from '../support/api-stage';

const DAY_MS = 24 * 3_600_000;

let app: FastifyInstance;
afterEach(() => app.close());

/** A server that asks for a token. */
async function serve(contact: string | null): Promise<void> {
  const security = { contact, publicUrl: 'https://absage.example' };
  app = await buildApp({ ...idleDependencies(), security, logIn: logInByToken([], hashToken) });
}

it('says without a log-in whom to tell, as RFC 9116 wants it', async () => {
  await serve('mailto:sicherheit@haus.example');
  const { statusCode, headers, body } = await app.inject('/.well-known/security.txt');
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  const fields = Object.fromEntries(
    body
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );
  expect(fields).toEqual({
    Contact: 'mailto:sicherheit@haus.example',
    Expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/),
    'Preferred-Languages': 'de, en',
    Policy: 'https://absage.example/security.md',
  });
  const daysLeft = (Date.parse(fields.Expires as string) - Date.now()) / DAY_MS;
  expect(daysLeft).toBeGreaterThan(100);
  expect(daysLeft).toBeLessThan(366);
});

it('leads to SECURITY.md where nobody is named, and shows it', async () => {
  await serve(null);
  expect((await app.inject('/.well-known/security.txt')).body).toMatch(
    /^Contact: https:\/\/absage\.example\/security\.md$/m,
  );
  const { statusCode, headers, body } = await app.inject('/security.md');
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/markdown; charset=utf-8']);
  expect(body).toBe(readFileSync(join(__dirname, '..', '..', 'SECURITY.md'), 'utf8'));
});

it('opens nothing else', async () => {
  await serve(null);
  for (const path of ['/.well-known/', '/.well-known/security.txt/', '/security.md/..', '/v1/houses'])
    expect((await app.inject(path)).statusCode).toBe(401);
});

it.each(['mailto:a@haus.example', 'https://haus.example/sicherheit', 'tel:+43-1-234'])(
  'takes %s',
  (contact) => {
    expect(loadConfig({ ABSAGE_SECURITY_CONTACT: contact }).securityContact).toBe(contact);
  },
);

it.each([
  'sicherheit@haus.example',
  'http://haus.example',
  'mailto:a@b.example\nContact: mailto:evil@c.example',
])('refuses %j', (contact) => {
  expect(() => loadConfig({ ABSAGE_SECURITY_CONTACT: contact })).toThrow(/ABSAGE_SECURITY_CONTACT braucht/);
});
