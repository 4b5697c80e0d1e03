import { createRedactor } from '../../src/mail/redact';

const redact = createRedactor({ user: 'karten@haus.example', pass: 'ge/heim&20%' });

it.each([
  ['plain', 'ge/heim&20%'],
  ['as a part of a URL', encodeURIComponent('ge/heim&20%')],
  ['in base64', Buffer.from('ge/heim&20%').toString('base64')],
  ['as AUTH PLAIN sends it', Buffer.from('\0karten@haus.example\0ge/heim&20%').toString('base64')],
])('hides the password %s', (_how, secret) => {
  expect(redact(`535 no ${secret} here`)).toBe('535 no *** here');
});

it.each([
  ['plain', 'karten@haus.example'],
  ['in base64', Buffer.from('karten@haus.example').toString('base64')],
])('hides the user %s', (_how, secret) => {
  expect(redact(`535 <${secret}>`)).toBe('535 <***>');
});

it('hides all of a password that begins with the user', () => {
  expect(createRedactor({ user: 'haus', pass: 'haus2026' })('haus2026 haus')).toBe('*** ***');
});

it('makes one line of many', () => {
  expect(redact('550-eins\n550 zwei\r\n\u0000\u2028\u202edrei')).toBe('550-eins 550 zwei drei');
});

it('shortens to 200 characters', () => {
  expect(redact('x'.repeat(200))).toBe('x'.repeat(200));
  expect(redact('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
});

it('never cuts a character in two', () => {
  expect(redact('🌷'.repeat(300))).toBe(`${'🌷'.repeat(199)}…`);
});

it('hides a password also where the end is cut off', () => {
  expect(redact(`${'x'.repeat(195)} ge/heim&20%`)).toBe(`${'x'.repeat(195)} ***`);
});

it('leaves words alone where there are no credentials', () => {
  expect(createRedactor(null)('250 ok')).toBe('250 ok');
});

it('does not take an empty password for a secret', () => {
  expect(createRedactor({ user: 'u2', pass: '' })('250 ok')).toBe('250 ok');
});
